import { afterEach, describe, expect, it } from '@jest/globals';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import {
  DelegatingPropagator,
  DelegatingTracerProvider,
} from '../../../lib/assembly/delegating-api.js';
import type { Tracing } from '../../../lib/assembly/tracing.js';
import { contextStorage } from '../../../lib/context/index.js';
import { SpanRecorder, traceAsText } from '../../../lib/testing/index.js';

const running: Tracing[] = [];

function start(registerGlobally = true): { tracing: Tracing; recorder: SpanRecorder } {
  const recorder = new SpanRecorder();
  const tracing = createTracing({ spanProcessors: [recorder], registerGlobally });
  running.push(tracing);
  return { tracing, recorder };
}

afterEach(async () => {
  for (const tracing of running.splice(0)) await tracing.shutdown();
});

const library = new DelegatingTracerProvider().getTracer('library', '2.0.0');

describe('a delegating tracer', () => {
  it('makes spans of no trace and runs functions while no application is running', () => {
    expect(library.startSpan('idle').isRecording()).toBe(false);
    expect(library.startActiveSpan('idle', () => 7)).toBe(7);
  });

  it('serves each application in turn', async () => {
    for (const { tracing, recorder } of [start(), start()]) {
      library.startSpan('work').end();
      const span = recorder.takeSpan();
      expect(span.instrumentationScope).toEqual({ name: 'library', version: '2.0.0' });
      await tracing.shutdown();
    }
  });

  it('makes spans for the application whose span is active', () => {
    const [first, second] = [start(), start()];
    second.tracing.tracer.trace('request', () =>
      library.startActiveSpan('work', {}, (span) => span.end()),
    );
    expect(first.recorder.takeSpans()).toEqual([]);
    expect(traceAsText(second.recorder.takeSpans())).toBe('request\n  work');
  });

  it('follows the context that is given', () => {
    const [first, second] = [start(), start()];
    const request = second.tracing.tracer.startSpan('request');
    const given = contextStorage.active().withSpan(request);
    library.startSpan('one', {}, given).end();
    library.startActiveSpan('two', {}, given, (span) => span.end());
    request.end();
    expect(first.recorder.takeSpans()).toEqual([]);
    expect(traceAsText(second.recorder.takeSpans())).toBe('request\n  one\n  two');
  });

  it('serves an application that is not registered while one of its spans is active', () => {
    const { tracing, recorder } = start(false);
    library.startSpan('outside').end();
    tracing.tracer.trace('request', () => library.startSpan('work').end());
    expect(traceAsText(recorder.takeSpans())).toBe('request\n  work');
  });
});

describe('a delegating propagator', () => {
  const propagator = new DelegatingPropagator();
  const getter = {
    get: (carrier: unknown, key: string) => (carrier as Record<string, string>)[key],
    keys: (carrier: unknown) => Object.keys(carrier as object),
  };
  const setter = {
    set: (carrier: unknown, key: string, value: string) =>
      Reflect.set(carrier as object, key, value),
  };

  it('carries nothing while no application is running', () => {
    const carrier = {};
    propagator.inject(ROOT_CONTEXT, carrier, setter);
    expect(carrier).toEqual({});
    expect(propagator.extract(ROOT_CONTEXT, { traceparent: 'x' }, getter)).toBe(ROOT_CONTEXT);
    expect(propagator.fields()).toEqual([]);
  });

  it('carries contexts in the format of the application', () => {
    const { tracing, recorder } = start();
    const carrier: Record<string, string> = {};
    tracing.tracer.trace('work', () => propagator.inject(context.active(), carrier, setter));
    const { traceId, spanId } = recorder.takeSpan().spanContext();
    expect(carrier.traceparent).toBe(`00-${traceId}-${spanId}-03`);
    const extracted = propagator.extract(ROOT_CONTEXT, carrier, getter);
    expect(trace.getSpanContext(extracted)).toMatchObject({ traceId, spanId, isRemote: true });
    expect(propagator.fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
    expect(propagation.fields()).toEqual(propagator.fields());
  });
});
