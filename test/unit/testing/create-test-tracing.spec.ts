import { describe, expect, it } from '@jest/globals';
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { currentTracer } from '../../../lib/context/index.js';
import { InMemorySpanExporter } from '../../../lib/export/index.js';
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

  it('redacts what a span shows, as an application does', () => {
    const { tracer, recorder, close } = createTestTracing();
    tracer.startSpan('log in', { attributes: { 'user.password': 'secret', user: 'a' } }).end();
    expect(recorder.takeSpan().attributes).toEqual({ 'user.password': 'REDACTED', user: 'a' });
    close();
    const open = createTestTracing({ redaction: false });
    open.tracer.startSpan('log in', { attributes: { 'user.password': 'secret' } }).end();
    expect(open.recorder.takeSpan().attributes).toEqual({ 'user.password': 'secret' });
    open.close();
  });

  it('takes the options of an application', async () => {
    const { tracer, tracing, recorder, close } = createTestTracing({
      baggage: { spanAttributes: ['tenant'] },
      inFlight: true,
      propagator: 'b3',
    });
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    const span = tracer.startSpan('work', {}, propagation.setBaggage(ROOT_CONTEXT, baggage));
    expect(tracing.statistics.spansInFlight().map(({ name }) => name)).toEqual(['work']);
    span.end();
    expect(recorder.takeSpan().attributes).toEqual({ tenant: 'acme' });
    expect(tracing.statistics.counts()).toMatchObject({ started: 1, ended: 1, live: 0 });
    expect(tracer.propagator.fields()).toEqual(['b3']);
    close();
    expect(tracing.statistics.spansInFlight()).toEqual([]);
  });

  it('exports nothing unless an exporter is given', async () => {
    const exporter = new InMemorySpanExporter();
    const exporting = createTestTracing({ exporter });
    exporting.tracer.startSpan('work').end();
    expect(exporter.getFinishedSpans()).toEqual(exporting.recorder.takeSpans());
    exporting.close();
    const { tracing, close } = createTestTracing();
    expect(tracing.exporter).toBeUndefined();
    close();
  });

  it('reads no environment and registers nothing with @opentelemetry/api', () => {
    const before = { ...process.env };
    process.env.OTEL_SDK_DISABLED = 'true';
    process.env.OTEL_TRACES_SAMPLER = 'always_off';
    process.env.OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT = '0';
    process.env.OTEL_PROPAGATORS = 'carrier-pigeon';
    try {
      const { tracer, recorder, warnings, close } = createTestTracing();
      tracer.startSpan('work', { attributes: { a: 1 } }).end();
      expect(recorder.takeSpan().attributes).toEqual({ a: 1 });
      expect(warnings).toEqual([]);
      expect(propagation.fields()).toEqual([]);
      close();
    } finally {
      process.env = before;
    }
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
