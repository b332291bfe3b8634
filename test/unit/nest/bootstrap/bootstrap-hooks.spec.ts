import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ReplaySubject, Subject } from 'rxjs';
import { TracingConfigError } from '../../../../lib/errors.js';
import { BootstrapHooks } from '../../../../lib/nest/bootstrap/bootstrap-hooks.js';
import { bootstrapProvider } from '../../../../lib/nest/bootstrap/bootstrap-providers.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import type { Clock } from '../../../../lib/trace/index.js';
import { SystemClock } from '../../../../lib/trace/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

class Orders {
  onModuleInit(): void {}
}

class Adapter {
  initHttpServer(): void {}
  getHttpServer(): undefined {
    return undefined;
  }
  listen(_port: number, callback: () => void): void {
    callback();
  }
}

function create(clock: Clock = new SystemClock()) {
  const tracing = createTracing();
  const orders = new Orders();
  const adapter = new Adapter();
  const init$ = new Subject<void>();
  const servers = new ReplaySubject<unknown>();
  const wrapper = {
    name: 'Orders',
    instance: orders,
    isTransient: false,
    isDependencyTreeStatic: () => true,
  };
  const module = {
    name: 'OrdersModule',
    providers: new Map([['Orders', wrapper]]),
    controllers: new Map(),
    injectables: new Map(),
    middlewares: new Map(),
  };
  const modules = Object.assign(new Map([['orders', module]]), {
    getRpcTargetRegistry: () => servers,
  });
  const host: { httpAdapter?: unknown; init$: unknown } = { init$ };
  const hooks = new BootstrapHooks(
    modules as never,
    host as never,
    {
      ...tracing,
      diagnostics: tracing.tracer.diagnostics,
      forceFlush: async () => undefined,
    } as never,
    clock,
  );
  const addAdapter = (): void => {
    host.httpAdapter = adapter;
    init$.next();
  };
  return { ...tracing, hooks, orders, adapter, addAdapter, servers };
}

describe('BootstrapHooks', () => {
  it('trace an adapter that is created later, and restore everything they replace', async () => {
    const { hooks, orders, adapter, addAdapter, servers, recorder } = create();
    addAdapter();
    expect(Object.keys(Object.getOwnPropertyDescriptors(adapter)).sort()).toEqual([
      'initHttpServer',
      'listen',
    ]);
    adapter.initHttpServer();
    servers.next(undefined);
    hooks.onModuleInit();
    orders.onModuleInit();
    hooks.onApplicationBootstrap();
    adapter.listen(0, () => undefined);
    await setImmediate();
    expect(traceAsText(recorder.takeSpans())).toBe(
      [
        'bootstrap',
        '  create instances',
        '  Orders.onModuleInit nestjs.module.name=OrdersModule',
        '  Adapter.listen',
      ].join('\n'),
    );
    expect([orders, adapter].flatMap((object) => Object.getOwnPropertyNames(object))).toEqual([]);
  });

  it('restore a server that never listens at the shutdown', () => {
    const { hooks, adapter, addAdapter, servers, recorder } = create();
    const server = { listen: (): void => undefined };
    const { listen } = server;
    addAdapter();
    servers.next(server);
    expect(server.listen).not.toBe(listen);
    hooks.onApplicationShutdown();
    expect(server.listen).toBe(listen);
    expect(Object.getOwnPropertyNames(adapter)).toEqual([]);
    expect(traceAsText(recorder.takeSpans())).toBe('bootstrap\n  create instances');
  });

  it('make no span for a creation that fails, and report a clock that throws', () => {
    const failing = create();
    failing.hooks.onApplicationShutdown();
    expect(failing.recorder.takeSpans()).toEqual([]);
    const clock = {
      now: () => {
        throw new Error('no time');
      },
      originEpochMillis: () => 0,
    };
    const { hooks, recorder, warnings } = create(clock);
    hooks.onModuleInit();
    hooks.onApplicationShutdown();
    expect(traceAsText(recorder.takeSpans())).toBe('bootstrap\n  create instances');
    expect(warnings[0]).toMatch(/does not show the creation of instances/);
  });
});

describe('bootstrapProvider', () => {
  const { useFactory, inject } = bootstrapProvider(['other']);
  const create = (bootstrap: unknown): unknown =>
    useFactory({}, {}, { isEnabled: false }, {}, { bootstrap });

  it('waits for the other hooks, and creates nothing while it is off', () => {
    expect(inject?.at(-1)).toBe('other');
    expect([create(undefined), create(false), create(true)]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  it.each([1, 'yes', null, {}])('refuses %p', (value) => {
    expect(() => create(value)).toThrow(TracingConfigError);
  });
});
