import { type IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { HttpServerHandler, type HttpServerIgnoreRule } from '../../../../lib/http/index.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';
import { answer, createExchange } from './exchange.js';

const { tracer, recorder, warnings } = createTestTracing();
const handler = new HttpServerHandler(tracer);

afterEach(() => recorder.verify());

describe('HttpServerHandler', () => {
  it('runs the handler in the context of the request, and returns its result', () => {
    const exchange = createExchange();
    const result = handler.run(exchange.request, exchange.response, () => {
      tracer.startSpan('inside').end();
      return 'result';
    });
    answer(exchange, 200);
    expect(result).toBe('result');
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe('GET [server]\n  inside');
  });

  it('passes errors of the handler', () => {
    const exchange = createExchange();
    const error = new Error('broken');
    const fail = (): never => {
      throw error;
    };
    expect(() => handler.run(exchange.request, exchange.response, fail)).toThrow(error);
    answer(exchange, 500);
    recorder.takeSpan();
  });

  it('records the attributes of a request', () => {
    const exchange = createExchange({
      method: 'purge',
      url: '/orders?sig=x&full=1',
      headers: { host: 'shop.example:81', 'user-agent': 'test' },
    });
    handler.run(exchange.request, exchange.response, () => {});
    answer(exchange, 204);
    expect(recorder.takeSpan().attributes).toEqual({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'purge',
      'http.response.status_code': 204,
      'network.protocol.version': '1.1',
      'server.address': 'shop.example',
      'server.port': 81,
      'url.path': '/orders',
      'url.query': 'sig=REDACTED&full=1',
      'url.scheme': 'http',
      'user_agent.original': 'test',
    });
  });

  it.each([
    ['/a', undefined],
    ['/a?', undefined],
    ['/a?b', 'b'],
  ])('makes of the target %s the query %s', (url, query) => {
    const exchange = createExchange({ url });
    handler.run(exchange.request, exchange.response, () => {});
    answer(exchange, 200);
    expect(recorder.takeSpan().attributes['url.query']).toBe(query);
  });

  it.each([
    ['//a', '//a'],
    ['http://shop.example/a?b=1', '/a'],
    ['HTTPS://shop.example:8443/a', '/a'],
    ['http://shop.example', '/'],
    ['http://shop.example?b=1', '/'],
    ['*', '*'],
    ['', ''],
    ['shop.example:443', 'shop.example:443'],
  ])('makes of the target %j the path %j', (url, path) => {
    const exchange = createExchange({ url });
    handler.run(exchange.request, exchange.response, () => {});
    answer(exchange, 200);
    expect(recorder.takeSpan().attributes['url.path']).toBe(path);
  });

  it('takes the parent from the request, not from the active context', () => {
    const exchange = createExchange();
    const around = tracer.startSpan('around');
    contextStorage.run(TracingContext.ROOT.withSpan(around), () =>
      handler.run(exchange.request, exchange.response, () => {}),
    );
    around.end();
    answer(exchange, 200);
    expect(recorder.takeSpan('GET').parentSpanContext).toBeUndefined();
    recorder.takeSpan('around');
  });

  it('provides the baggage of the request', () => {
    const exchange = createExchange({ headers: { baggage: 'tenant=one' } });
    const tenant = handler.run(
      exchange.request,
      exchange.response,
      () => contextStorage.active().baggage?.getEntry('tenant')?.value,
    );
    answer(exchange, 200);
    expect(tenant).toBe('one');
    recorder.takeSpan();
  });

  it('keeps the span of a request that a later hook passes again', () => {
    const exchange = createExchange();
    const { request, response } = exchange;
    handler.run(request, response, () => {
      const { entry } = contextStorage.active();
      handler.run(request, response, () => expect(contextStorage.active().entry).toBe(entry));
      contextStorage.run(TracingContext.ROOT, () => {
        handler.run(request, response, () => expect(contextStorage.active().entry).toBe(entry));
      });
    });
    answer(exchange, 200);
    recorder.takeSpan();
    expect.assertions(2);
  });

  it('keeps an ignored request ignored where its context is lost', () => {
    const ignoring = new HttpServerHandler(tracer, { ignore: ['/health'] });
    const { request, response } = createExchange({ url: '/health' });
    ignoring.run(request, response, () => {});
    expect(handler.run(request, response, () => contextStorage.active().suppressed)).toBe(true);
    request.on('end', () => expect(contextStorage.active().suppressed).toBe(true));
    request.emit('end');
    expect.assertions(2);
  });

  it.each(['aborted', 'close', 'data', 'drain', 'end', 'error', 'readable'])(
    'runs listeners of %s in the context of the request',
    (event) => {
      const exchange = createExchange();
      const { request, response } = exchange;
      const operation = handler.begin(request, response);
      const seen: unknown[] = [];
      const listener = (): unknown => seen.push(contextStorage.active().entry);
      request.on(event, listener);
      response.on(event, listener);
      request.emit(event);
      response.emit(event);
      expect(seen).toEqual([operation, operation]);
      expect(request.listeners(event)).toContain(listener);
      answer(exchange, 200);
      recorder.takeSpan();
    },
  );

  it('does not change the context of an event that is emitted in a span of the request', () => {
    const exchange = createExchange();
    const { request, response } = exchange;
    const inner = handler.run(request, response, () =>
      contextStorage.active().withSpan(tracer.startSpan('inside')),
    );
    request.on('data', () => expect(contextStorage.active()).toBe(inner));
    contextStorage.run(inner, () => request.emit('data', 'chunk'));
    inner.span?.end();
    answer(exchange, 200);
    recorder.takeSpans();
    expect.assertions(1);
  });

  it('leaves an `emit` of another tool in its place', () => {
    const exchange = createExchange();
    const emit = exchange.response.emit.bind(exchange.response);
    exchange.response.emit = emit;
    handler.begin(exchange.request, exchange.response);
    expect(exchange.response.emit).toBe(emit);
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('sees the complete path of a request in a mounted application', () => {
    const exchange = createExchange({ url: '/?full=1' });
    Object.assign(exchange.request, { originalUrl: '/mounted/orders?full=1' });
    handler.begin(exchange.request, exchange.response);
    answer(exchange, 200);
    expect(recorder.takeSpan().attributes).toMatchObject({
      'url.path': '/mounted/orders',
      'url.query': 'full=1',
    });
    const ignoring = new HttpServerHandler(tracer, { ignore: ['/mounted/orders'] });
    const ignored = createExchange({ url: '/' });
    Object.assign(ignored.request, { originalUrl: '/mounted/orders' });
    expect(ignoring.begin(ignored.request, ignored.response)).toBeUndefined();
  });

  it('ignores a path that is said later, with and without a slash at the end', () => {
    const ignoring = new HttpServerHandler(tracer);
    ignoring.ignorePath('/metrics');
    for (const url of ['/metrics', '/metrics/', '/metrics?name=a']) {
      const { request, response } = createExchange({ url });
      expect(ignoring.begin(request, response)).toBeUndefined();
    }
    const { request, response } = createExchange({ url: '/metrics/other' });
    expect(ignoring.begin(request, response)).toBeDefined();
    response.emit('close');
    expect(recorder.takeSpan('GET').attributes['url.path']).toBe('/metrics/other');
  });

  it('suppresses tracing in an ignored request', () => {
    const ignoring = new HttpServerHandler(tracer, { ignore: ['/health'] });
    const { request, response } = createExchange({ url: '/health?full' });
    expect(ignoring.begin(request, response)).toBeUndefined();
    const isSuppressed = ignoring.run(request, response, () => contextStorage.active().suppressed);
    expect(isSuppressed).toBe(true);
  });

  it('traces nothing if tracing is suppressed', () => {
    const { request, response } = createExchange();
    const suppressed = TracingContext.ROOT.withSuppressed(true);
    contextStorage.run(suppressed, () =>
      handler.run(request, response, () => expect(contextStorage.active()).toBe(suppressed)),
    );
    expect.assertions(1);
  });

  it('adds no listeners for a request that is not recorded', () => {
    const off = createTestTracing({ sampler: new AlwaysOffSampler() });
    const { request, response } = createExchange();
    const before = response.eventNames();
    new HttpServerHandler(off.tracer).run(request, response, () => {});
    expect(response.eventNames()).toEqual(before);
    off.close();
  });

  it('reports a request that cannot be traced, and runs its handler', () => {
    const strange = {
      get headers() {
        throw new Error('no headers');
      },
    };
    const response = new ServerResponse(createExchange().request);
    expect(handler.run(strange as never, response, () => 'handled')).toBe('handled');
    expect(warnings).toEqual(['A request could not be traced: Error: no headers']);
  });

  it('ends the span of a request whose response cannot be bound', () => {
    const { request } = createExchange();
    const response = Object.freeze({ setHeader() {} });
    expect(handler.run(request, response as never, () => 'handled')).toBe('handled');
    expect(recorder.takeSpan().name).toBe('GET');
  });

  it('finishes on `finish` if the socket is not a real one', () => {
    const exchange = createExchange();
    Object.defineProperty(exchange.request, 'socket', { value: { remoteAddress: '192.0.2.1' } });
    handler.run(exchange.request, exchange.response, () => {});
    exchange.response.writeHead(200);
    // Bridges do not always set `writableFinished`.
    exchange.response.emit('finish');
    const span = recorder.takeSpan();
    expect(span.attributes['client.address']).toBe('192.0.2.1');
    expect(span.events).toEqual([]);
  });

  it('refuses a hook that is no function', () => {
    expect(() => new HttpServerHandler(tracer, { onRequest: 'hook' as never })).toThrow(
      'http.server.onRequest must be a function, but it is "hook".',
    );
  });
});

describe('the list of what an HTTP server ignores', () => {
  function isIgnored(url: string, ...ignore: HttpServerIgnoreRule[]): boolean {
    const { request, response } = createExchange({ url });
    const operation = new HttpServerHandler(tracer, { ignore }).begin(request, response);
    if (operation !== undefined) {
      answer({ request, response }, 200);
      recorder.takeSpan();
    }
    return operation === undefined;
  }

  it.each<[string, HttpServerIgnoreRule, boolean]>([
    ['/health', '/health', true],
    ['/health?full=1', '/health', true],
    ['/health/live', '/health', false],
    ['/internal/x', /^\/internal\//, true],
    ['/x?/internal/', /\/internal\//, false],
    ['/x', ({ method }: IncomingMessage) => method === 'GET', true],
    ['/x', ({ method }: IncomingMessage) => method === 'PUT', false],
  ])('of %s by %s is %s', (url, rule, expected) => {
    expect(isIgnored(url, rule)).toBe(expected);
    expect(isIgnored(url, '/other', rule)).toBe(expected);
  });

  it.each([
    ['/health', 'http.server.ignore must'],
    [['health'], 'http.server.ignore[0] must'],
    [['/a', 7], 'http.server.ignore[1] must'],
  ])('refuses %j', (ignore, message) => {
    expect(() => new HttpServerHandler(tracer, { ignore: ignore as never })).toThrow(message);
  });
});
