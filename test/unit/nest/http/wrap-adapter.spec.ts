import 'reflect-metadata';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { HttpServerHandler, REPORTS_ROUTE } from '../../../../lib/http/server/index.js';
import { wrapAdapter } from '../../../../lib/nest/http/wrap-adapter.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange, type Exchange } from '../../http/server/exchange.js';

const { tracer, recorder } = createTestTracing();
const handler = new HttpServerHandler(tracer);

afterEach(() => recorder.verify());

type AnyFunction = (...values: unknown[]) => unknown;

/** An adapter that keeps the arguments of its methods. */
class FakeAdapter {
  readonly registered: unknown[][] = [];

  get(...values: unknown[]): string {
    this.registered.push(values);
    return 'registered';
  }
  use(...values: unknown[]): void {
    this.registered.push(values);
  }
  setNotFoundHandler(...values: unknown[]): void {
    this.registered.push(values);
  }
  setErrorHandler(...values: unknown[]): void {
    this.registered.push(values);
  }
  reply(...values: unknown[]): unknown[] {
    return values;
  }
  createMiddlewareFactory(isAsync: boolean): unknown {
    const factory = (...values: unknown[]): unknown => this.registered.push(values);
    return isAsync ? Promise.resolve(factory) : factory;
  }
}

function registeredBy(adapter: FakeAdapter): AnyFunction {
  return adapter.registered.flat().find((value) => typeof value === 'function') as AnyFunction;
}

function createWrapped(reportsRoutes = true): FakeAdapter {
  const adapter = new FakeAdapter();
  wrapAdapter(adapter, reportsRoutes);
  return adapter;
}

/** Begins a request, and calls `fn` outside of its context. */
function begin(): { exchange: Exchange; entry: unknown } {
  const exchange = createExchange();
  const operation = handler.begin(exchange.request, exchange.response);
  return { exchange, entry: operation };
}

const activeEntry = (): unknown => contextStorage.active().entry;

describe('wrapAdapter', () => {
  it('keeps what adapters read from handlers, and names them like Nest 12', () => {
    const adapter = createWrapped();
    const original = Object.assign(() => {}, { version: '1' });
    Reflect.defineMetadata('nestjs-traced:function-name', 'OrdersController.find', original);
    Reflect.defineMetadata('other', 'value', original);
    expect(adapter.get('/orders/:id', original)).toBe('registered');
    const wrapped = registeredBy(adapter);
    expect(wrapped).not.toBe(original);
    const { name, length, version } = wrapped as AnyFunction & { version?: unknown };
    expect({ name, length, version }).toEqual({
      name: 'OrdersController.find',
      length: 3,
      version: '1',
    });
    expect(Reflect.getMetadata('other', wrapped)).toBe('value');
    expect(REPORTS_ROUTE in wrapped).toBe(true);
  });

  it('passes calls that register nothing', () => {
    const adapter = createWrapped();
    adapter.get('setting');
    adapter.get('/path', 'no function');
    expect(adapter.registered).toEqual([['setting'], ['/path', 'no function']]);
  });

  it.each<[string, (adapter: FakeAdapter, fn: AnyFunction) => unknown]>([
    ['route', (adapter, fn) => adapter.get('/a', fn)],
    ['handler of unknown routes', (adapter, fn) => adapter.setNotFoundHandler(fn, '/prefix')],
    [
      'middleware',
      (adapter, fn) => (adapter.createMiddlewareFactory(false) as AnyFunction)('/a', fn),
    ],
    [
      'middleware of an asynchronous factory',
      async (adapter, fn) => {
        const factory = (await adapter.createMiddlewareFactory(true)) as AnyFunction;
        factory('/a', fn);
      },
    ],
  ])('runs a %s in the context of its request', async (_, register) => {
    const adapter = createWrapped();
    await register(adapter, activeEntry);
    const { exchange, entry } = begin();
    const { request, response } = exchange;
    const wrapped = registeredBy(adapter);
    expect(wrapped(request, response, () => {})).toBe(entry);
    expect(wrapped({ raw: request }, { raw: response })).toBe(entry);
    expect(wrapped(request, createExchange().response)).toBeUndefined();
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('runs a handler of errors in the context of its request, with four parameters', () => {
    const adapter = createWrapped();
    adapter.setErrorHandler((error: unknown) => [error, activeEntry()], '/prefix');
    const wrapped = registeredBy(adapter);
    expect([wrapped.length, adapter.registered[0]?.[1]]).toEqual([4, '/prefix']);
    const { exchange, entry } = begin();
    const error = new Error('failed');
    expect(wrapped(error, exchange.request, exchange.response)).toEqual([error, entry]);
    expect(wrapped(error, {}, createExchange().response)).toEqual([error, undefined]);
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('runs middleware of the platform in the context of its request, also in arrays', () => {
    const adapter = createWrapped();
    const onError = (_error: unknown, _request: unknown, _response: unknown, _next: unknown) =>
      activeEntry();
    adapter.use('/a', activeEntry, [activeEntry, onError]);
    const [path, first, [second, errorHandler]] = adapter.registered[0] as [
      string,
      AnyFunction,
      [AnyFunction, AnyFunction],
    ];
    expect([path, first.name, first.length, errorHandler.name, errorHandler.length]).toEqual([
      '/a',
      'activeEntry',
      0,
      'onError',
      4,
    ]);
    const { exchange, entry } = begin();
    const { request, response } = exchange;
    expect(first(request, response)).toBe(entry);
    expect(second(request, response)).toBe(entry);
    expect(errorHandler(new Error('failed'), request, response)).toBe(entry);
    expect(first(request, createExchange().response)).toBeUndefined();
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('leaves applications and routers that are given to `use`', () => {
    const adapter = createWrapped();
    const router = Object.assign(() => {}, { handle: () => {} });
    adapter.use(router);
    adapter.use('/a', [router], undefined);
    expect(adapter.registered).toEqual([[router], ['/a', [router], undefined]]);
  });

  it('calls handlers of platforms with other parameters', () => {
    const adapter = createWrapped();
    const handle = (...values: unknown[]): unknown => values[0];
    adapter.get('/a', handle);
    adapter.setErrorHandler(handle);
    (adapter.createMiddlewareFactory(false) as AnyFunction)('/a', handle);
    for (const wrapped of adapter.registered
      .flat()
      .filter((value) => typeof value === 'function')) {
      for (const response of [undefined, null, 'text', 7, Object.freeze({ raw: undefined })]) {
        expect((wrapped as AnyFunction)('first', response, response)).toBe('first');
      }
    }
  });

  it('passes other values than functions', () => {
    const adapter = createWrapped();
    adapter.setErrorHandler(undefined);
    adapter.setNotFoundHandler(null, '/prefix');
    (adapter.createMiddlewareFactory(false) as AnyFunction)('/a', undefined);
    expect(adapter.registered).toEqual([[undefined], [null, '/prefix'], ['/a', undefined]]);
  });

  it('does not change a context of the request', () => {
    const adapter = createWrapped();
    adapter.get('/a', () => contextStorage.active());
    const exchange = createExchange();
    const inner = handler.run(exchange.request, exchange.response, () =>
      contextStorage.active().withBaggage(undefined),
    );
    const seen = contextStorage.run(inner, () =>
      registeredBy(adapter)(exchange.request, exchange.response),
    );
    expect(seen).toBe(inner);
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it.each<[string, boolean, unknown, string]>([
    ['answers', true, 'answer', 'GET /orders/:id'],
    ['passes the request on', true, undefined, 'GET'],
    ['passes the request to another route', true, 'route', 'GET'],
    ['fails', true, new Error('failed'), 'GET /orders/:id'],
    ['is reported by the platform', false, 'answer', 'GET'],
  ])('names a request whose route %s', (_, reportsRoutes, result, name) => {
    const adapter = createWrapped(reportsRoutes);
    adapter.get('/orders/:id', ((_request, _response, next) => {
      if (result !== 'answer') (next as AnyFunction)(result);
    }) as AnyFunction);
    const { exchange } = begin();
    registeredBy(adapter)(exchange.request, exchange.response, () => {});
    answer(exchange, 200);
    expect(recorder.takeSpan().name).toBe(name);
  });

  it('names a request whose route calls `next` after its answer', () => {
    const adapter = createWrapped();
    adapter.get('/orders', ((_request, response, next) => {
      (response as Exchange['response']).writeHead(200);
      (next as AnyFunction)();
    }) as AnyFunction);
    const { exchange } = begin();
    registeredBy(adapter)(exchange.request, exchange.response, () => {});
    exchange.response.emit('finish');
    exchange.response.emit('close');
    expect(recorder.takeSpan().name).toBe('GET /orders');
  });

  it('keeps the baggage of a middleware for what runs after the context is lost', () => {
    const adapter = createWrapped();
    const baggage = TracingContext.ROOT.withBaggage({} as never).baggage;
    const factory = adapter.createMiddlewareFactory(false) as AnyFunction;
    factory('/a', ((_request, _response, next) => {
      contextStorage.run(contextStorage.active().withBaggage(baggage), next as () => void);
    }) as AnyFunction);
    const { exchange } = begin();
    const errors: unknown[] = [];
    registeredBy(adapter)(exchange.request, exchange.response, (...values: unknown[]) =>
      errors.push(values),
    );
    expect(errors).toEqual([[]]);
    const seen = handler.run(exchange.request, exchange.response, () => contextStorage.active());
    expect(seen.baggage).toBe(baggage);
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('can be undone', () => {
    const adapter = new FakeAdapter();
    const own = (): void => {};
    Object.assign(adapter, { setErrorHandler: own });
    const undo = wrapAdapter(adapter, true);
    const other = (): string => 'other';
    Object.assign(adapter, { get: other });
    undo();
    expect(Object.keys(adapter).sort()).toEqual(['get', 'registered', 'setErrorHandler']);
    expect([adapter.get, adapter.setErrorHandler]).toEqual([other, own]);
  });

  it.each(['', 'raw'])('observes the stream that answers a request: %p', (raw) => {
    const { exchange } = begin();
    const response = raw === '' ? exchange.response : { raw: exchange.response };
    const stream = new PassThrough().on('error', () => {});
    const adapter = createWrapped();
    expect(adapter.reply(response, stream, 201)).toEqual([response, stream, 201]);
    expect(adapter.reply({}, stream)).toEqual([{}, stream]);
    expect(adapter.reply(response, 'text')).toEqual([response, 'text']);
    stream.emit('error', new Error('disk gone'));
    answer(exchange, 200);
    expect(recorder.takeSpan().events).toHaveLength(1);
  });
});
