import { afterEach, describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import {
  assignTracer,
  contextStorage,
  currentTracer,
  type LocalTracer,
  registerRunningTracer,
  unregisterRunningTracer,
} from '../../../lib/context/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';

/** A tracer that nobody asks for spans. */
const idleTracer = () => ({}) as LocalTracer;

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
  });

  it('is that of the earlier application when the later one is over', () => {
    const first = register();
    const second = register();
    unregisterRunningTracer(second);
    expect(currentTracer()).toBe(first);
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
