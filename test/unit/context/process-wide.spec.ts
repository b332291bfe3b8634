import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import {
  assignTracer,
  contextStorage,
  currentTracer,
  LocalSpan,
  type LocalTracer,
  lastRunningTracer,
  registerRunningTracer,
  unregisterRunningTracer,
} from '../../../lib/context/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import type { Tracer } from '../../../lib/trace/index.js';

/** A tracer that nobody asks for spans. */
const idleTracer = () =>
  ({ diagnostics: new Diagnostics({ warn: () => undefined }) }) as LocalTracer;

describe('currentTracer', () => {
  const registered: LocalTracer[] = [];
  const register = (tracer = idleTracer()) => {
    registerRunningTracer(tracer);
    registered.push(tracer);
    return tracer;
  };

  afterEach(() => {
    for (const tracer of registered.splice(0)) unregisterRunningTracer(tracer);
    expect(currentTracer()).toBeUndefined();
  });

  it('is undefined where no application is running', () => {
    expect(currentTracer()).toBeUndefined();
    expect(currentTracer({})).toBeUndefined();
  });

  it('is that of the application that was started last', () => {
    register();
    const last = register();
    expect(currentTracer()).toBe(last);
    expect(lastRunningTracer()).toBe(last);
  });

  it('is that of the earlier application when the later one is over', () => {
    const first = register();
    const second = register();
    unregisterRunningTracer(second);
    expect(currentTracer()).toBe(first);
  });

  it('is that of an application that is switched off only where no other is running', () => {
    const off = idleTracer();
    registerRunningTracer(off, false);
    registered.push(off);
    expect(currentTracer()).toBe(off);
    const on = register();
    const laterOff = idleTracer();
    registerRunningTracer(laterOff, false);
    registered.push(laterOff);
    expect(currentTracer()).toBe(on);
    unregisterRunningTracer(on);
    expect([off, laterOff]).toContain(currentTracer());
  });

  it('needs as many farewells as announcements', () => {
    const tracer = register();
    register(tracer);
    unregisterRunningTracer(tracer);
    expect(currentTracer()).toBe(tracer);
  });

  it('is not changed by the farewell of a tracer that was never announced', () => {
    const tracer = register();
    unregisterRunningTracer(idleTracer());
    expect(currentTracer()).toBe(tracer);
  });

  it("is that of the instance's application while several are running", () => {
    const first = register();
    const second = register();
    const instance = {};
    assignTracer(instance, first);
    expect(currentTracer(instance)).toBe(first);
    expect(currentTracer({})).toBe(second);
  });

  it('does not ask the instance while one application is running', () => {
    const instance = {};
    assignTracer(instance, idleTracer());
    const only = register();
    expect(currentTracer(instance)).toBe(only);
  });

  it.each([[undefined], [null], ['text'], [7]])('takes %p for no instance', (instance) => {
    register();
    const last = register();
    expect(currentTracer(instance)).toBe(last);
  });

  it('is that of the running operation before all others', () => {
    const { tracer, close, recorder } = createTestTracing();
    close();
    register();
    register();
    const instance = {};
    assignTracer(instance, registered[0]!);
    tracer.trace('operation', () => expect(currentTracer(instance)).toBe(tracer));
    recorder.takeSpan();
  });

  it("is the application's own tracer below a span of one of its libraries", () => {
    const { tracer, provider, close, recorder } = createTestTracing();
    close();
    const library = provider.getTracer('a library') as Tracer;
    library.trace('operation', () => expect(currentTracer()).toBe(tracer));
    expect(recorder.takeSpan().instrumentationScope.name).toBe('a library');
  });

  it('is not that of a span which another library made', () => {
    const last = register();
    const foreign = trace.wrapSpanContext({
      traceId: '1'.repeat(32),
      spanId: '1'.repeat(16),
      traceFlags: 1,
    });
    contextStorage.run(contextStorage.active().withSpan(foreign), () => {
      expect(currentTracer()).toBe(last);
    });
  });
});

describe('two copies of the library', () => {
  it('share contexts, tracers and spans', async () => {
    const test = createTestTracing();
    jest.resetModules();
    const copy = await import('../../../lib/index.js');
    const contextOfCopy = await import('../../../lib/context/index.js');
    expect(contextOfCopy.contextStorage).toBe(contextStorage);
    expect(contextOfCopy.LocalSpan).not.toBe(LocalSpan);
    class Orders {
      @copy.Traced()
      place(): string {
        return 'placed';
      }
    }
    new Orders().place();
    test.tracer.trace('request', () => new Orders().place());
    expect(traceAsText(test.recorder.takeSpans(), { attributes: false })).toBe(
      'Orders.place\n\nrequest\n  Orders.place',
    );
    test.close();
  });

  it('of different states are named when an application starts', () => {
    const registry = Reflect.get(globalThis, Symbol.for('nestjs-traced.copies')) as {
      copies: unknown[];
    };
    registry.copies.push({ version: '9.9.9', stateVersion: 9, describePath: () => '/other.js' });
    const test = createTestTracing();
    test.close();
    registry.copies.pop();
    expect(test.warnings).toEqual([
      expect.stringMatching(
        /copies of nestjs-traced are loaded: \d\S* at \S*lib\/context\/process-wide\.ts and 9\.9\.9 at \/other\.js\./,
      ),
    ]);
  });
});
