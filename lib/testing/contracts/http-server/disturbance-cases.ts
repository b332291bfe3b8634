import { document, ownRule } from '../contract-case.js';
import { CaughtExceptions } from './application/filtered.controller.js';
import { applicationCase, type HttpServerCase } from './application-case.js';
import { ask } from './ask.js';
import type { HttpServerSubject } from './http-server-contract.js';
import { rawRequest, sendRaw } from './raw-request.js';

const FILTERS = ownRule('the exceptions of the application are those that its filters catch');
const RESTART = document('W3C Trace Context, #processing-model');
const ANSWERED = ownRule('tracing answers no request, and prevents no answer');

/** Cases in which tracing could disturb the application. */
export function disturbanceCases(subject: HttpServerSubject): HttpServerCase[] {
  return [...filters(subject), ...unreadableContexts(subject), ...unusualHeaders(subject)];
}

function filters(subject: HttpServerSubject): HttpServerCase[] {
  const exceptions: [string, string][] = [
    ['method', 'MethodError'],
    ['controller', 'ControllerError'],
    ['global', 'GlobalError'],
    ['all', 'Error'],
  ];
  return exceptions.map(([filter, type]) =>
    applicationCase(
      subject,
      `lets a filter for ${filter === 'all' ? 'all exceptions' : `the ${filter}`} catch the same exception`,
      FILTERS,
      async (app, demand) => {
        const { status, body, trace } = await ask(app, `/filtered/${filter}`);
        demand.equal([status, body], [418, filter], 'the status and the body of the response');
        const { list } = app.application.get(CaughtExceptions, { strict: false });
        const caught = list.map(({ filter: asked, exception }) => [
          asked,
          (exception as Error).constructor.name,
        ]);
        // The filter that the application constructs itself has no list.
        demand.equal(caught, [[filter, type]], 'the filters that were asked, with the exceptions');
        for (const { exception } of list) {
          const expected = `exception ${type} "${(exception as Error).message}"`;
          demand.that(trace.includes(expected), `a trace with ${expected}`, trace);
        }
      },
    ),
  );
}

function unreadableContexts(subject: HttpServerSubject): HttpServerCase[] {
  const contexts: [string, string][] = [
    ['bytes above ASCII', '\u00ff\u0080\u00a0'],
    ['half a context', '00-0af7651916cd43dd8448eb211c80319c'],
    ['upper case', '00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01'],
    ['a long line', 'x'.repeat(3000)],
    ['nothing', ''],
  ];
  return contexts.map(([what, garbage]) =>
    applicationCase(
      subject,
      `starts a new trace for tracing headers with ${what}`,
      RESTART,
      async (app, demand) => {
        const names = ['traceparent', 'tracestate', 'baggage', 'b3'];
        const headers = names.map((name) => `${name}: ${garbage}`);
        const answer = await sendRaw(app.port, rawRequest('GET /orders', headers));
        demand.that(/^HTTP\/1.1 200 /.test(answer), 'the status 200', answer);
        const [span] = await app.recorder.takeNextTrace();
        demand.equal(span?.parentSpanContext, undefined, 'the parent of the span of the request');
      },
    ),
  );
}

function unusualHeaders(subject: HttpServerSubject): HttpServerCase[] {
  const requests: [string, string[]][] = [
    ['no host', ['Host: ']],
    ['a host that is none', ['Host: a b:c/?']],
    ['a user agent twice', ['Host: a', 'User-Agent: a', 'User-Agent: b']],
  ];
  return requests.map(([what, headers]) =>
    applicationCase(
      subject,
      `answers and traces a request with ${what}`,
      ANSWERED,
      async (app, demand) => {
        const text = rawRequest('GET /orders').replace('Host: 127.0.0.1', headers.join('\r\n'));
        const answer = await sendRaw(app.port, text);
        demand.that(/^HTTP\/1.1 200 /.test(answer), 'the status 200', answer);
        const names = (await app.recorder.takeNextTrace()).map(({ name }) => name);
        demand.equal(names, ['GET /orders'], 'the names of the spans');
      },
    ),
  );
}
