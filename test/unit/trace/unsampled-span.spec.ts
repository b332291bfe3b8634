import { describe, expect, it } from '@jest/globals';
import { createTraceState, SpanStatusCode } from '@opentelemetry/api';
import { createTestTracing } from '../../../lib/testing/index.js';
import { UnsampledSpan } from '../../../lib/trace/index.js';

const TRACE_ID = 'a'.repeat(32);

describe('UnsampledSpan', () => {
  const { tracer, recorder, warnings, close } = createTestTracing();
  close();

  it('carries the "no" of its trace, with an id that it makes when it is asked', () => {
    const traceState = createTraceState('ot=th:8');
    const [first, second] = [1, 2].map(
      () => new UnsampledSpan(tracer, true, TRACE_ID, 0x02, traceState),
    );
    const context = second?.spanContext();
    expect(context).toEqual({
      traceId: TRACE_ID,
      spanId: '0000000000000001',
      traceFlags: 0x02,
      traceState,
    });
    expect(second?.spanContext()).toBe(context);
    expect(first?.spanContext().spanId).toBe('0000000000000002');
  });

  it('has no trace state where the trace has none', () => {
    const span = new UnsampledSpan(tracer, true, TRACE_ID, 0, undefined);
    expect(span.spanContext().traceState).toBeUndefined();
  });

  it('knows its tracer, and whether all below it are unsampled', () => {
    expect(new UnsampledSpan(tracer, true, TRACE_ID, 0, undefined)).toMatchObject({
      tracer,
      isUnsampledForAll: true,
    });
    expect(new UnsampledSpan(tracer, false, TRACE_ID, 0, undefined).isUnsampledForAll).toBe(false);
  });

  it('keeps nothing and hears nothing', () => {
    const span = new UnsampledSpan(tracer, true, TRACE_ID, 0, undefined);
    // As the API calls them, with all that may be given.
    const chained: unknown[] = [
      (span.setAttribute as (key: string, value: unknown) => unknown).call(span, 'key', 'value'),
      (span.setAttributes as (attributes: object) => unknown).call(span, { key: 'value' }),
      (span.addEvent as (name: string) => unknown).call(span, 'event'),
      (span.addLink as (link: object) => unknown).call(span, {}),
      (span.addLinks as (links: object[]) => unknown).call(span, [{}]),
      (span.setStatus as (status: object) => unknown).call(span, { code: SpanStatusCode.ERROR }),
      (span.updateName as (name: string) => unknown).call(span, 'name'),
      (span.recordError as (error: unknown) => unknown).call(span, new Error('failed')),
    ];
    expect(chained).toEqual(chained.map(() => span));
    expect(span.recordException()).toBeUndefined();
    expect(span.isRecording()).toBe(false);
    expect([span.end(), span.end()]).toEqual([undefined, undefined]);
    expect(recorder.takeSpans()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('passes the context of a caller on as it is', () => {
    const caller = { traceId: TRACE_ID, spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };
    const span = UnsampledSpan.passingOn(tracer, caller);
    expect(span.spanContext()).toBe(caller);
    expect(span.isUnsampledForAll).toBe(true);
    expect(span.isRecording()).toBe(false);
  });

  it('belongs to no trace where tracing is suppressed', () => {
    const span = UnsampledSpan.ofNoTrace(tracer);
    expect(span.spanContext()).toEqual({
      traceId: '0'.repeat(32),
      spanId: '0'.repeat(16),
      traceFlags: 0,
    });
    expect(span.isUnsampledForAll).toBe(true);
  });
});
