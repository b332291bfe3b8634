import { describe, expect, it } from '@jest/globals';
import { currentTracer } from '../../../lib/context/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { createTestTracing, SpanRecorder, SteadyClock } from '../../../lib/testing/index.js';

describe('createTestTracing', () => {
  it('makes spans with the same ids and distinct times in every run', () => {
    const { tracer, recorder } = createTestTracing();
    tracer.trace('root', () => tracer.startSpan('child').end());
    const [child, root] = recorder.takeSpans();
    expect(root?.spanContext()).toEqual({
      traceId: '00000000000000000000000000000001',
      spanId: '0000000000000001',
      traceFlags: 1,
    });
    expect(child?.spanContext().spanId).toBe('0000000000000002');
    expect(root?.startTime).toEqual([1_704_067_200, 0]);
    expect(child?.startTime).toEqual([1_704_067_200, 1e6]);
  });

  it('takes other parts', () => {
    const clock = new SteadyClock();
    const second = new SpanRecorder();
    const { tracer, recorder } = createTestTracing({
      clock,
      spanProcessors: [second],
      spanLimits: { attributeCountLimit: 1 },
      serviceName: 'orders',
    });
    const span = tracer.startSpan('work', { attributes: { a: 1, b: 2 } });
    clock.advance(250);
    span.end();
    const recorded = recorder.takeSpan();
    expect(recorded.duration).toEqual([0, 250e6]);
    expect(recorded.attributes).toEqual({ a: 1 });
    expect(recorded.resource.attributes['service.name']).toBe('orders');
    expect(second.takeSpans()).toEqual([recorded]);
  });

  it('takes another sampler', () => {
    const { tracer, recorder } = createTestTracing({ sampler: new AlwaysOffSampler() });
    tracer.startSpan('work').end();
    expect(recorder.spans).toEqual([]);
  });

  it('collects what the library reports', () => {
    const { tracer, recorder, warnings } = createTestTracing();
    const span = tracer.startSpan('work');
    span.end();
    expect(warnings).toEqual([]);
    span.end();
    expect(warnings).toHaveLength(1);
    expect(recorder.takeSpans()).toHaveLength(1);
  });

  it('is found by code that was handed no tracer, until it is closed', () => {
    const outer = createTestTracing();
    const inner = createTestTracing();
    expect(currentTracer()).toBe(inner.tracer);
    inner.close();
    expect(currentTracer()).toBe(outer.tracer);
    outer.close();
    expect(currentTracer()).not.toBe(outer.tracer);
  });
});
