import { describe, expect, it } from '@jest/globals';
import type { DurationPlan } from '../../../lib/context/index.js';
import { OperationDurations } from '../../../lib/metrics/operation-durations.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { createRegistry } from '../../support/metrics-registry.js';

const PLAN: DurationPlan = {
  name: 'work.duration',
  description: 'Duration of work.',
  bounds: [0.005, 0.1],
  attributes: ['kind', 'status'],
};

describe('OperationDurations', () => {
  it('records the duration of the span, with the span as exemplar', () => {
    const { registry } = createRegistry();
    const durations = new OperationDurations(registry, () => Number.NaN);
    const { tracer, recorder, clock, close } = createTestTracing();
    const span = tracer.startSpan('work');
    clock.advance(50);
    span.end();
    const metric = durations.durations(PLAN);
    metric?.record(metric.root.with('a').with(200), undefined, span);
    const spanId = recorder.takeSpans()[0]?.spanContext().spanId;
    expect(metricsAsText(registry.collect())).toBe(
      `work.duration{kind=a status=200} 1 in 0.051 [0.1: 1] exemplar 0.051 ${spanId}`,
    );
    close();
  });

  it('records the time since the start of an operation, also without a recorded span', () => {
    const { registry, warnings } = createRegistry();
    let now = 100;
    const durations = new OperationDurations(registry, () => now);
    const { tracer, close } = createTestTracing({ sampler: new AlwaysOffSampler() });
    const span = tracer.startSpan('work');
    const metric = durations.durations(PLAN);
    const start = durations.now();
    now = 104;
    metric?.record(metric.root.with('a').with(undefined), start, span);
    metric?.record(metric.root.with('a').with(undefined), Number.NaN, span);
    metric?.record(metric.root.with('a').with(undefined), 200, span);
    expect(metricsAsText(registry.collect())).toBe('work.duration{kind=a} 1 in 0.004 [0.005: 1]');
    expect(warnings).toHaveLength(1);
    close();
  });

  it('has one metric for the plans of several rooms', () => {
    const { registry } = createRegistry();
    const durations = new OperationDurations(registry, () => 10);
    const { tracer, recorder, close } = createTestTracing();
    const span = tracer.startSpan('work');
    span.end();
    for (const key of ['system', 'system.name', 'system']) {
      const metric = durations.durations({ ...PLAN, attributes: [key] });
      metric?.record(metric.root.with('a'), 9, span);
    }
    expect(metricsAsText(registry.collect()).replace(/ exemplar .*/g, '')).toBe(
      'work.duration{system=a} 2 in 0.002 [0.005: 2]\nwork.duration{system.name=a} 1 in 0.001 [0.005: 1]',
    );
    recorder.takeSpans();
    close();
  });

  it('has one histogram for a plan, and none without durations', () => {
    const { registry } = createRegistry();
    const durations = new OperationDurations(registry, () => 0);
    expect(durations.durations(PLAN)).toBe(durations.durations(PLAN));
    const off = new OperationDurations(registry, () => 0, { hasDurations: false });
    expect(off.durations(PLAN)).toBeUndefined();
    off.counter('a', {}).add(1, {});
    off.timer('b', { bounds: [1] }).record(0.5, {});
    expect(metricsAsText(registry.collect())).toBe('a{} 1\nb{} 1 in 0.5 [1: 1]');
  });
});
