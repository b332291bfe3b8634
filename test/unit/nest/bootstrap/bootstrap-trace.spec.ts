import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { isInTrace, StartUpSpan } from '../../../../lib/context/start-up-span.js';
import { BootstrapTrace } from '../../../../lib/nest/bootstrap/bootstrap-trace.js';
import {
  isMessageClient,
  traceConnect,
  traceListen,
} from '../../../../lib/nest/bootstrap/trace-listen.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function create() {
  const tracing = createTracing();
  const told: string[] = [];
  const trace = new BootstrapTrace(
    tracing.tracer,
    () => told.push('flush'),
    () => told.push('over'),
  );
  return { ...tracing, trace, told };
}

describe('BootstrapTrace', () => {
  it('is over when no step has run for a turn after the last hooks have begun', async () => {
    const { trace, told, recorder } = create();
    const self = {};
    const hook = async function (this: unknown, ...args: unknown[]): Promise<unknown[]> {
      await setImmediate();
      await setImmediate();
      return [this, ...args];
    };
    const running = trace.run('Orders.onModuleInit', { module: 'a' }, hook, self, [1]);
    trace.lastHooksBegin();
    await setImmediate();
    expect(told).toEqual([]);
    expect(await running).toEqual([self, 1]);
    await setImmediate();
    expect(told).toEqual(['over']);
    expect(traceAsText(recorder.takeSpans())).toBe('bootstrap\n  Orders.onModuleInit module=a');
    expect(trace.run('Late.onModuleInit', {}, () => 3, self, [])).toBe(3);
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('makes no trace where there is no step, and none that begins after its close', async () => {
    const { trace, told, recorder } = create();
    trace.lastHooksBegin();
    await setImmediate();
    trace.close();
    expect(trace.beginStep('Server.listen')).toBeUndefined();
    expect(told).toEqual(['over']);
    expect(recorder.takeSpans()).toEqual([]);
  });

  it.each(['throws', 'rejects'])('fails with a hook that %s: the same error, once', async (way) => {
    const { trace, told, recorder } = create();
    const failure = new TypeError('no');
    const hook = (): unknown => {
      if (way === 'throws') throw failure;
      return Promise.reject(failure);
    };
    const call = async (): Promise<unknown> => trace.run('A.onModuleInit', {}, hook, {}, []);
    await expect(call()).rejects.toBe(failure);
    expect(told).toEqual(['flush']);
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'bootstrap ERROR "no"\n  A.onModuleInit ERROR "no" exception TypeError',
    );
    await setImmediate();
    expect(told).toEqual(['flush', 'over']);
  });

  it('subscribes to no lazy thenable a second time', async () => {
    const { trace, recorder } = create();
    let runCount = 0;
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: a query of a query builder is a thenable
      then(resolve: (value: number) => void): void {
        runCount++;
        resolve(1);
      },
    };
    const result = trace.run('A.onModuleInit', {}, () => query, {}, []);
    expect(await (result as PromiseLike<number>)).toBe(1);
    expect(runCount).toBe(1);
    trace.close();
    expect(traceAsText(recorder.takeSpans())).toBe('bootstrap\n  A.onModuleInit');
  });
});

describe('StartUpSpan', () => {
  it('is the span of the hook, and the span of no trace after its release', () => {
    const { tracer, recorder } = create();
    const span = tracer.startSpan('hook', { attributes: { a: 1 } });
    const scope = new StartUpSpan(span);
    const endings: string[] = [];
    scope.beforeEnd(() => endings.push('end'));
    expect(scope.spanContext()).toBe(span.spanContext());
    expect(scope.isUnsampledForAll).toBe(false);
    expect([scope.kind, scope.name, scope.isRecording()]).toEqual([
      ...[SpanKind.INTERNAL, 'hook', true],
    ]);
    expect(scope.startTime).toEqual(span.startTime);
    expect(scope.currentTime()).toBeDefined();
    scope
      .setAttribute('b', 2)
      .setAttributes({ c: 3 })
      .addEvent('e')
      .addLink({ context: span.spanContext() })
      .addLinks([])
      .setStatus({ code: 1 })
      .updateName('renamed')
      .recordExceptionOnce(new Error('once'))
      .recordError(new Error('no'));
    scope.recordException(new Error('three'));
    expect(scope.attributes).toMatchObject({ a: 1, b: 2, c: 3 });
    const context = TracingContext.ROOT.withSpan(scope);
    expect(isInTrace(context)).toBe(true);
    contextStorage.run(context, () => tracer.startSpan('child').end());
    scope.end();
    scope.release();
    expect(endings).toEqual(['end']);
    expect([isInTrace(context), isInTrace(TracingContext.ROOT)]).toEqual([false, false]);
    contextStorage.run(context, () => tracer.startSpan('later').end());
    scope.setAttribute('d', 4).recordError(new Error('late'));
    scope.end();
    expect([scope.name, scope.isRecording(), scope.attributes]).toEqual(['', false, {}]);
    expect([scope.kind, scope.startTime, scope.currentTime()]).toEqual([0, undefined, undefined]);
    const spans = recorder.takeSpans();
    expect(spans.find(({ name }) => name === 'later')?.parentSpanContext).toBeUndefined();
    expect(spans.find(({ name }) => name === 'child')?.parentSpanContext).toEqual(
      span.spanContext(),
    );
    expect(spans.find(({ name }) => name === 'renamed')?.events).toHaveLength(4);
  });
});

describe('traceListen', () => {
  class ServerFake {
    readonly contexts: unknown[] = [];
    listen(_port: number, callback?: (error?: Error) => void): string {
      this.contexts.push(contextStorage.active());
      callback?.();
      return 'listening';
    }
  }

  it('records the first call, in the context of the caller, and restores the method', () => {
    const { trace, recorder } = create();
    const server = new ServerFake();
    traceListen(server, trace, () =>
      Object.assign(new EventEmitter(), { address: () => ({ port: 80 }) }),
    );
    let calls = 0;
    expect(server.listen(0, () => calls++)).toBe('listening');
    expect(Object.hasOwn(server, 'listen')).toBe(false);
    expect(calls).toBe(1);
    expect(server.contexts).toEqual([TracingContext.ROOT]);
    trace.close();
    expect(traceAsText(recorder.takeSpans())).toBe('bootstrap\n  ServerFake.listen server.port=80');
  });

  it.each([
    ['a callback with an error', (callback: (error: Error) => void) => callback(new Error('no'))],
    [
      'an exception',
      () => {
        throw new Error('no');
      },
    ],
  ])('records %s', (_way, listen) => {
    const { trace, recorder } = create();
    const server = { listen };
    traceListen(server, trace);
    try {
      server.listen(() => undefined);
    } catch (error) {
      expect(String(error)).toBe('Error: no');
    }
    trace.close();
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'bootstrap ERROR "no"\n  server.listen ERROR "no" exception Error',
    );
  });

  it('ends with the call if there is no callback', async () => {
    const { trace, recorder } = create();
    const server = { listen: async () => 4 };
    traceListen(server, trace);
    expect(await server.listen()).toBe(4);
    trace.close();
    expect(traceAsText(recorder.takeSpans())).toBe('bootstrap\n  server.listen');
  });
});

describe('traceConnect', () => {
  it('records what a hook waits for, and nothing else', async () => {
    const { trace, recorder } = create();
    const failure = new Error('refused');
    class ClientFake {
      async connect(): Promise<void> {
        throw failure;
      }
      send(): void {}
      emit(): void {}
      dispatchEvent(): void {}
    }
    const client = new ClientFake();
    expect(isMessageClient(client)).toBe(true);
    expect(isMessageClient({ connect: client.connect })).toBe(false);
    const restore = traceConnect(client, trace);
    await expect(client.connect()).rejects.toBe(failure);
    const hook = async (): Promise<void> => {
      await client.connect().catch(() => undefined);
    };
    await trace.run('A.onModuleInit', {}, hook, {}, []);
    trace.close();
    restore();
    // The hook has handled the error, so the start has not failed.
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      [
        'bootstrap',
        '  A.onModuleInit',
        '    ClientFake.connect ERROR "refused" exception Error',
      ].join('\n'),
    );
    expect(Object.hasOwn(client, 'connect')).toBe(false);
  });
});
