import { once } from 'node:events';
import { document, ownRule } from '../contract-case.js';
import { applicationCase, type HttpServerCase } from './application-case.js';
import { nextTrace } from './ask.js';
import type { HttpServerSubject } from './http-server-contract.js';
import { openRaw, rawRequest, sendRaw } from './raw-request.js';

const METHOD = document('Semantic conventions 1.45.0, http/http-spans.md#http-server-span');
const TARGET = document('RFC 9112, 3.2.2; semantic conventions 1.45.0, url.path and url.query');
const ABORTED = ownRule('a request whose client disconnects has the event "request aborted"');
const DESTROYED = document('Semantic conventions 1.45.0, http/http-spans.md#status');
const KEPT = document('RFC 9112, 9.3: each request of a connection is one of its own');

/** Cases about connections: their end, several requests on one of them, and unusual first lines. */
export function connectionCases(subject: HttpServerSubject): HttpServerCase[] {
  return [...requestLines(subject), ...disconnections(subject), ...keptConnections(subject)];
}

function requestLines(subject: HttpServerSubject): HttpServerCase[] {
  return [
    applicationCase(subject, 'traces an unknown method', METHOD, async (app, demand) => {
      const answer = await sendRaw(app.port, rawRequest('PURGE /orders/1'));
      demand.that(/^HTTP\/1.1 404 /.test(answer), 'the status 404', answer);
      demand.equal(
        await nextTrace(app),
        'HTTP [server] http.request.method_original=PURGE http.response.status_code=404',
        'the trace',
      );
    }),
    applicationCase(subject, 'traces a target in absolute form', TARGET, async (app, demand) => {
      await sendRaw(app.port, rawRequest('GET http://shop.example:8080/orders/1?full=1'));
      const [span] = (await app.recorder.takeNextTrace()).slice(-1);
      const { 'url.path': path, 'url.query': query } = span?.attributes ?? {};
      demand.equal(
        { name: span?.name, path, query },
        { name: 'GET /orders/:id', path: '/orders/1', query: 'full=1' },
        'the span of the request',
      );
    }),
  ];
}

function disconnections(subject: HttpServerSubject): HttpServerCase[] {
  const needs = ['writeByHand'] as const;
  return [
    applicationCase(
      subject,
      'traces a client that disconnects before the response',
      ABORTED,
      async (app, demand) => {
        const socket = openRaw(app.port, rawRequest('GET /orders/never/answers'));
        await app.recorder.takeNextSpans(1);
        socket.destroy();
        demand.equal(
          await nextTrace(app),
          'GET /orders/never/answers [server] code.function.name=OrdersController.never (event "request aborted")',
          'the trace',
        );
      },
    ),
    applicationCase(
      subject,
      'traces a client that disconnects during the response',
      ABORTED,
      async (app, demand) => {
        const socket = openRaw(app.port, rawRequest('GET /orders/never/ends'));
        await once(socket, 'data');
        socket.destroy();
        demand.equal(
          await nextTrace(app),
          'GET /orders/never/ends [server] code.function.name=OrdersController.neverEnds ' +
            'http.response.status_code=200 (event "request aborted")',
          'the trace',
        );
      },
      { needs },
    ),
    applicationCase(
      subject,
      'traces a client that disconnects while pipelined requests wait',
      ABORTED,
      async (app, demand) => {
        const text = rawRequest('GET /orders/never/answers').replace('close', 'keep-alive');
        const socket = openRaw(app.port, text.repeat(3));
        await app.recorder.takeNextSpans(3);
        socket.destroy();
        const spans = await app.recorder.takeNextSpans(3);
        demand.equal(
          spans.map(({ name, events }) => `${name}: ${events[0]?.name}`),
          Array(3).fill('GET /orders/never/answers: request aborted'),
          'the names and the events of the spans',
        );
      },
    ),
    applicationCase(
      subject,
      'traces a response that the server destroys',
      DESTROYED,
      async (app, demand) => {
        await sendRaw(app.port, rawRequest('GET /orders/breaks/off'));
        demand.equal(
          await nextTrace(app),
          'GET /orders/breaks/off [server] code.function.name=OrdersController.breaksOff ' +
            'error.type=StockError http.response.status_code=200 ERROR "disk gone" exception StockError',
          'the trace',
        );
      },
      { needs },
    ),
  ];
}

function keptConnections(subject: HttpServerSubject): HttpServerCase[] {
  return [
    applicationCase(
      subject,
      'traces each request of a connection that is kept open',
      KEPT,
      async (app, demand) => {
        const ids = ['1', '2', '3'];
        const requests = ids.map((id) => rawRequest(`GET /orders/${id}`));
        const [last = '', ...others] = requests.reverse();
        const kept = others.reverse().map((text) => text.replace('close', 'keep-alive'));
        await sendRaw(app.port, [...kept, last].join(''));
        const spans = await app.recorder.takeNextSpans(6);
        const servers = spans.filter(({ name }) => name === 'GET /orders/:id');
        const traceIds = servers.map((span) => span.spanContext().traceId);
        demand.equal(
          servers.map(({ attributes }) => attributes['url.path']).sort(),
          ids.map((id) => `/orders/${id}`),
          'the paths of the spans of requests',
        );
        demand.that(new Set(traceIds).size === 3, 'three traces', traceIds);
      },
    ),
  ];
}
