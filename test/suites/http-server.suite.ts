import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { VersioningType } from '@nestjs/common';
import { VersionedModule } from '../integration/http/application/application.module.js';
import { ask, nextTrace } from '../integration/http/application/ask.js';
import { caughtByFilters } from '../integration/http/application/filtered.controller.js';
import {
  type HttpServerFacts,
  kindsOfRequest,
} from '../integration/http/application/kinds-of-request.js';
import { openRaw, rawRequest, sendRaw } from '../integration/http/application/raw-request.js';
import {
  type Platform,
  type StartedApplication,
  type StartOptions,
  startApplication,
} from '../integration/http/application/start-application.js';

/** The facts about traces of an HTTP server on every platform of Nest. Run it for each new platform. */
export function httpServerSuite(platform: Platform, facts: HttpServerFacts): void {
  describe(`an application on ${platform.name}`, () => {
    let app: StartedApplication;

    const start = async (options: StartOptions = {}): Promise<StartedApplication> => {
      app = await startApplication(platform, options);
      return app;
    };
    const close = async (): Promise<void> => {
      await app.application.close();
      expect(app.warnings).toEqual([]);
      app.recorder.verify();
    };

    describe('traces every kind of request', () => {
      beforeAll(() => start({ configure: (application) => application.enableCors() }));
      afterEach(() => app.recorder.verify());
      afterAll(close);

      it.each(kindsOfRequest(facts))('$kind', async ({ path, init, status, trace }) => {
        const answer = await ask(app, path, init);
        expect(answer.trace).toBe(trace);
        expect(answer.status).toBe(status);
      });

      it('an unknown method', async () => {
        expect(await sendRaw(app.port, rawRequest('PURGE /orders/1'))).toMatch(/^HTTP\/1.1 404 /);
        expect(await nextTrace(app)).toBe(
          'HTTP [server] http.request.method_original=PURGE http.response.status_code=404',
        );
      });

      it('a target in absolute form', async () => {
        await sendRaw(app.port, rawRequest('GET http://shop.example:8080/orders/1?full=1'));
        const [span] = (await app.recorder.takeNextTrace()).slice(-1);
        expect(span?.name).toBe('GET /orders/:id');
        expect(span?.attributes).toMatchObject({ 'url.path': '/orders/1', 'url.query': 'full=1' });
      });

      it('a client that disconnects before the response', async () => {
        const socket = openRaw(app.port, rawRequest('GET /orders/never/answers'));
        await app.recorder.takeNextSpans(1);
        socket.destroy();
        expect(await nextTrace(app)).toBe(
          'GET /orders/never/answers [server] code.function.name=OrdersController.never (event "request aborted")',
        );
      });

      it('a client that disconnects during the response', async () => {
        const socket = openRaw(app.port, rawRequest('GET /orders/never/ends'));
        await new Promise((resolve) => socket.once('data', resolve));
        socket.destroy();
        expect(await nextTrace(app)).toBe(
          'GET /orders/never/ends [server] code.function.name=OrdersController.neverEnds ' +
            'http.response.status_code=200 (event "request aborted")',
        );
      });

      it('a client that disconnects while pipelined requests wait', async () => {
        const socket = openRaw(
          app.port,
          rawRequest('GET /orders/never/answers').replace('close', 'keep-alive').repeat(3),
        );
        await app.recorder.takeNextSpans(3);
        socket.destroy();
        const spans = await app.recorder.takeNextSpans(3);
        expect(spans.map(({ name, events }) => `${name}: ${events[0]?.name}`)).toEqual(
          Array(3).fill('GET /orders/never/answers: request aborted'),
        );
      });

      it('a response that the server destroys', async () => {
        await sendRaw(app.port, rawRequest('GET /orders/breaks/off'));
        expect(await nextTrace(app)).toBe(
          'GET /orders/breaks/off [server] code.function.name=OrdersController.breaksOff ' +
            'error.type=StockError http.response.status_code=200 ERROR "disk gone" exception StockError',
        );
      });
    });

    describe('does not disturb the application', () => {
      beforeAll(() => start());
      afterEach(() => app.recorder.verify());
      afterAll(close);

      it.each([
        ['method', 'MethodError'],
        ['controller', 'ControllerError'],
        ['global', 'GlobalError'],
        ['all', 'Error'],
      ])('a filter for the %s still catches the same exception', async (filter, type) => {
        caughtByFilters.length = 0;
        const { status, body, trace } = await ask(app, `/filtered/${filter}`);
        expect([status, body]).toEqual([418, filter]);
        expect(caughtByFilters).toHaveLength(1);
        const { filter: asked, exception } = caughtByFilters[0] as (typeof caughtByFilters)[0];
        expect([asked, (exception as Error).constructor.name]).toEqual([filter, type]);
        expect(trace).toContain(`exception ${type} "${(exception as Error).message}"`);
      });

      it.each([
        ['bytes above ASCII', '\u00ff\u0080\u00a0'],
        ['half a context', '00-0af7651916cd43dd8448eb211c80319c'],
        ['upper case', '00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01'],
        ['a long line', 'x'.repeat(3000)],
        ['nothing', ''],
      ])('tracing headers with %s start a new trace', async (_, garbage) => {
        const headers = ['traceparent', 'tracestate', 'baggage', 'b3'].map(
          (name) => `${name}: ${garbage}`,
        );
        const answer = await sendRaw(app.port, rawRequest('GET /orders', headers));
        expect(answer).toMatch(/^HTTP\/1.1 200 /);
        const [span] = await app.recorder.takeNextTrace();
        expect(span?.parentSpanContext).toBeUndefined();
      });

      it.each([
        ['no host', ['Host: ']],
        ['a host that is none', ['Host: a b:c/?']],
        ['a user agent twice', ['Host: a', 'User-Agent: a', 'User-Agent: b']],
      ])('a request with %s is answered', async (_, headers) => {
        const text = rawRequest('GET /orders').replace('Host: 127.0.0.1', headers.join('\r\n'));
        expect(await sendRaw(app.port, text)).toMatch(/^HTTP\/1.1 200 /);
        expect((await app.recorder.takeNextTrace()).map(({ name }) => name)).toEqual([
          'GET /orders',
        ]);
      });
    });

    describe('assigns spans to the right trace', () => {
      beforeAll(() => start());
      afterEach(() => app.recorder.verify());
      afterAll(close);

      it('continues the trace of the caller', async () => {
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
        await fetch(`${app.url}/orders/42`, { headers: { traceparent } });
        const [child, server] = await app.recorder.takeNextTrace();
        expect(server?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
        expect(server?.parentSpanContext).toMatchObject({
          spanId: 'b7ad6b7169203331',
          isRemote: true,
        });
        expect(child?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
      });

      it('records nothing if the caller did not sample', async () => {
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
        const response = await fetch(`${app.url}/orders/42`, { headers: { traceparent } });
        expect(await response.json()).toEqual({ id: '42' });
        expect(app.recorder.openSpans).toEqual([]);
      });

      it('does not mix concurrent requests', async () => {
        const ids = Array.from({ length: 20 }, (_, index) => String(index));
        await Promise.all(ids.map((id) => fetch(`${app.url}/orders/${id}`)));
        const spans = await app.recorder.takeNextSpans(40);
        const pathOfTrace = new Map(
          spans
            .filter(({ name }) => name === 'GET /orders/:id')
            .map((span) => [span.spanContext().traceId, span.attributes['url.path']]),
        );
        const children = spans.filter(({ name }) => name === 'load order');
        expect(
          children.map((span) => [
            `/orders/${String(span.attributes['order.id'])}`,
            pathOfTrace.get(span.spanContext().traceId),
          ]),
        ).toEqual(
          children.map((span) => Array(2).fill(`/orders/${String(span.attributes['order.id'])}`)),
        );
        expect(pathOfTrace.size).toBe(20);
      });

      it('does not mix applications of one process', async () => {
        const first = app;
        const second = await startApplication(platform);
        try {
          await Promise.all([fetch(`${first.url}/orders/1`), fetch(`${second.url}/orders/2`)]);
          const ofFirst = await first.recorder.takeNextTrace();
          const ofSecond = await second.recorder.takeNextTrace();
          expect(ofFirst.map(({ attributes }) => attributes['order.id'] ?? '')).toEqual(['1', '']);
          expect(ofSecond.map(({ attributes }) => attributes['order.id'] ?? '')).toEqual(['2', '']);
        } finally {
          await second.application.close();
        }
        // The second application must not remove hooks of the first when it closes.
        expect((await ask(first, '/orders/fails/sync')).trace).toContain('exception StockError');
        second.recorder.verify();
      });
    });

    describe('names routes with their prefixes', () => {
      afterEach(close);

      it('a global prefix and a version in the path', async () => {
        await start({
          module: VersionedModule.with,
          configure: (application) =>
            application.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
        });
        expect((await ask(app, '/api/v1/versioned/7')).trace).toBe(
          'GET /api/v1/versioned/:id [server] code.function.name=VersionedController.first http.response.status_code=200',
        );
        expect((await ask(app, '/api/v2/versioned/7')).trace).toBe(
          'GET /api/v2/versioned/:id [server] code.function.name=VersionedController.second http.response.status_code=200',
        );
        expect((await ask(app, '/api/v3/versioned/7')).trace).toBe(
          'GET [server] http.response.status_code=404',
        );
      });

      it('a version in a header', async () => {
        await start({
          module: VersionedModule.with,
          configure: (application) =>
            application.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
        });
        const askVersion = (version: string) =>
          ask(app, '/versioned/7', { headers: { 'x-version': version } });
        expect((await askVersion('1')).trace).toBe(
          'GET /versioned/:id [server] code.function.name=VersionedController.first http.response.status_code=200',
        );
        expect((await askVersion('2')).trace).toBe(
          'GET /versioned/:id [server] code.function.name=VersionedController.second http.response.status_code=200',
        );
        expect((await askVersion('3')).trace).toBe('GET [server] http.response.status_code=404');
      });

      it('a route that Nest checks before it registers it', async () => {
        await start({ nest: { routeConflictPolicy: { duplicate: 'error' } } });
        expect((await ask(app, '/orders')).trace).toBe(
          'GET /orders [server] code.function.name=OrdersController.list http.response.status_code=200',
        );
      });
    });
  });
}
