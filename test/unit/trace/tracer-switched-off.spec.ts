import { afterEach, describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { contextStorage } from '../../../lib/context/index.js';
import type { Sampler } from '../../../lib/sampling/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';

const neverAsked: Sampler = {
  shouldSample: () => {
    throw new Error('The sampler was asked.');
  },
};

const CALLER: SpanContext = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: 1,
  isRemote: true,
};

describe('the tracer of an application that is switched off', () => {
  const { tracer, provider, recorder, warnings, close } = createTestTracing({
    enabled: false,
    sampler: neverAsked,
  });
  const called = trace.setSpanContext(ROOT_CONTEXT, CALLER);

  afterEach(() => {
    close();
    expect(recorder.spans).toEqual([]);
    expect(recorder.openSpans).toEqual([]);
    expect(warnings).toEqual([]);
    expect(provider.core).toMatchObject({ startedCount: 0, endedCount: 0, notSampledCount: 0 });
  });

  it('makes spans that are not recorded and have the context of their caller', () => {
    const span = tracer.startSpan('work', {}, called);
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext()).toBe(CALLER);
    span.end();
  });

  it('keeps the context of the caller through all spans below it', () => {
    contextStorage.with(called, () =>
      tracer.trace('outer', (outer) =>
        tracer.trace('inner', (inner) => {
          expect(inner).toBe(outer);
          expect(trace.getSpanContext(contextStorage.active())).toBe(CALLER);
        }),
      ),
    );
  });

  it('makes spans of no trace where there is no caller', () => {
    const outer = tracer.startSpan('work');
    expect(trace.isSpanContextValid(outer.spanContext())).toBe(false);
    const root = tracer.startSpan('root', { root: true }, called);
    expect(trace.isSpanContextValid(root.spanContext())).toBe(false);
  });

  it('takes a parent whose context is not valid for none', () => {
    const broken = trace.setSpanContext(ROOT_CONTEXT, { ...CALLER, spanId: 'x' });
    expect(trace.isSpanContextValid(tracer.startSpan('work', {}, broken).spanContext())).toBe(
      false,
    );
  });

  it('passes the context of another application that records on', () => {
    const recording = createTestTracing();
    recording.tracer.trace('recorded', (span) => {
      expect(tracer.startSpan('not recorded').spanContext()).toBe(span.spanContext());
    });
    expect(recording.recorder.takeSpans()).toHaveLength(1);
    recording.close();
  });
});
