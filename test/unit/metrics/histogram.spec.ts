import { describe, expect, it } from '@jest/globals';
import { HistogramInstrument } from '../../../lib/metrics/histogram.js';
import { HistogramSeries } from '../../../lib/metrics/histogram-series.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { createRegistry } from '../../support/metrics-registry.js';

describe('HistogramSeries', () => {
  it('counts a value in the bucket whose bound it does not exceed', () => {
    const series = new HistogramSeries({}, [0, 1, 2.5], 7);
    for (const value of [0, 0.5, 1, 1.000001, 2.5, 2.6, 1e9]) series.record(value);
    expect(series.point()).toEqual({
      attributes: {},
      startTimeMillis: 7,
      count: 7,
      sum: expect.closeTo(1_000_000_007.600001, 3),
      min: 0,
      max: 1e9,
      bucketCounts: [1, 2, 2, 2],
      exemplars: [],
    });
  });

  it('has neither minimum nor maximum without values, and one bucket without bounds', () => {
    const series = new HistogramSeries({}, [], 0);
    expect(series.point()).toMatchObject({ min: undefined, max: undefined, bucketCounts: [0] });
    series.record(3);
    expect(series.point()).toMatchObject({ min: 3, max: 3, bucketCounts: [1] });
  });

  it('keeps the last exemplar of each bucket', () => {
    const series = new HistogramSeries({}, [1], 0);
    const exemplar = (value: number) => ({ value, timeMillis: 0, traceId: 't', spanId: 's' });
    series.keepExemplar(1, exemplar(5));
    series.keepExemplar(0, exemplar(0.5));
    series.keepExemplar(1, exemplar(7));
    expect(series.point().exemplars.map(({ value }) => value)).toEqual([0.5, 7]);
  });
});

describe('Histogram', () => {
  it('drops values that are no durations, and says so once', () => {
    const { registry, warnings } = createRegistry();
    const histogram = registry.histogram('a', { bounds: [1] });
    for (const value of [
      Number.NaN,
      -1,
      Number.POSITIVE_INFINITY,
      '1' as never,
      undefined as never,
    ]) {
      histogram.record(value);
    }
    histogram.record(1);
    histogram.record(-0);
    expect(metricsAsText(registry.collect())).toBe('a{} 2 in 1 [1: 2]');
    expect(warnings).toEqual([
      'A value of a metric was dropped: it must be a finite number of at least 0: a got NaN',
    ]);
  });

  it('refers to the active span of a value if it is sampled', () => {
    const { registry } = createRegistry();
    const histogram = registry.histogram('a', { bounds: [1, 5] });
    const sampled = createTestTracing();
    const unsampled = createTestTracing({ sampler: new AlwaysOffSampler() });
    sampled.tracer.trace('fast', () => histogram.record(0.5));
    sampled.tracer.trace('slow', () => histogram.record(3));
    unsampled.tracer.trace('unsampled', () => histogram.record(0.7));
    histogram.record(0.9);
    const [fast, slow] = sampled.recorder.takeSpans();
    const [metric] = registry.collect().scopes[0]?.metrics ?? [];
    expect(metric).toMatchObject({
      points: [
        {
          count: 4,
          exemplars: [
            { value: 0.5, timeMillis: 1_000, ...idsOf(fast) },
            { value: 3, timeMillis: 1_000, ...idsOf(slow) },
          ],
        },
      ],
    });
    sampled.close();
    unsampled.close();
  });

  it('loses a value whose attributes throw, and reports it', () => {
    const { registry, warnings } = createRegistry();
    const hostile = {
      get key(): string {
        throw new Error('hostile');
      },
    };
    registry.histogram('a').record(1, hostile);
    registry.counter('b').add(1, hostile);
    expect(registry.collect().scopes).toEqual([]);
    expect(warnings).toEqual(['The attributes of a metric threw; a value is lost: Error: hostile']);
  });

  it('copies its bounds', () => {
    const { registry } = createRegistry();
    const bounds = [1, 2];
    const histogram = registry.histogram('a', { bounds });
    expect(histogram).toBeInstanceOf(HistogramInstrument);
    bounds.push(0);
    histogram.record(2);
    expect(registry.collect().scopes[0]?.metrics[0]).toMatchObject({ bounds: [1, 2] });
  });
});

function idsOf(span: { spanContext(): { traceId: string; spanId: string } } | undefined) {
  const { traceId, spanId } = span?.spanContext() ?? {};
  return { traceId, spanId };
}
