import { parseHostAndPort } from '../../../lib/carriers/index.js';
import { KnownMethods } from '../../../lib/http/known-methods.js';
import { QueryRedactor } from '../../../lib/http/query-redactor.js';
import { readForwarding } from '../../../lib/http/server/forwarding.js';
import { HttpServerHandler } from '../../../lib/http/server/http-server-handler.js';
import { untrustedTextSuite } from '../../suites/untrusted-text.suite.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';
import { answer, createExchange } from './server/exchange.js';

const redactor = new QueryRedactor(['token']);
const methods = new KnownMethods();

untrustedTextSuite({
  name: 'Forwarded',
  parse: (forwarded) => readForwarding({ forwarded }),
  heads: ['for=', 'for="', 'for=a;', 'for=a, '],
});
for (const name of ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']) {
  untrustedTextSuite({
    name,
    parse: (text) => readForwarding({ [name]: text }),
    heads: ['"', '192.0.2.1, '],
  });
}
untrustedTextSuite({
  name: 'a query',
  parse: (query) => redactor.redactQuery(query),
  heads: ['token=', 'sig&', 'a=1&'],
});
untrustedTextSuite({
  name: 'a URL',
  parse: (text) => redactor.redactUrl(new URL(`http://shop.example/?${text}`)),
});
untrustedTextSuite({
  name: 'a host',
  parse: parseHostAndPort,
  heads: ['[', 'shop.example:', '[::1]:', '::'],
});
untrustedTextSuite({ name: 'a method', parse: (method) => methods.of(method), heads: ['GET'] });

const createTracing = tracingsOfTest();

untrustedTextSuite({
  name: 'a whole request',
  parse: (text) => {
    const { tracer, recorder } = createTracing();
    const options = { trustProxy: true, captureRequestHeaders: ['x-tenant'] };
    const handler = new HttpServerHandler(tracer, options);
    const headers = { host: text, forwarded: text, 'user-agent': text, 'x-tenant': text };
    const exchange = createExchange({ method: text, url: text, headers });
    handler.begin(exchange.request, exchange.response);
    answer(exchange, 400);
    recorder.takeSpans();
  },
  heads: ['http://', '/?'],
});
