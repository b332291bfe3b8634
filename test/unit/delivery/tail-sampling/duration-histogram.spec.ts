import { describe, expect, it } from '@jest/globals';
import { DurationHistogram } from '../../../../lib/delivery/tail-sampling/duration-histogram.js';

function histogramOf(durations: Iterable<number>): DurationHistogram {
  const histogram = new DurationHistogram();
  for (const millis of durations) histogram.add(millis);
  return histogram;
}

function* upTo(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield ((i * 7919) % count) + 1;
}

describe('DurationHistogram', () => {
  it('knows nothing before it has 200 durations', () => {
    expect(histogramOf(new Array(199).fill(5)).p99Millis).toBe(Number.POSITIVE_INFINITY);
    expect(histogramOf(new Array(200).fill(5)).p99Millis).toBeLessThan(5.5);
  });

  it('finds the quantile to a tenth, never too low', () => {
    const { p99Millis } = histogramOf(upTo(1000));
    expect(p99Millis).toBeGreaterThanOrEqual(980);
    expect(p99Millis).toBeLessThan(990 * 1.1);
  });

  it('says of equal durations that none is above', () => {
    for (const millis of [0, 0.001, 0.01, 1, 12.5, 1e6, 1e9]) {
      expect(histogramOf(new Array(500).fill(millis)).p99Millis).toBeGreaterThanOrEqual(millis);
    }
  });

  it('forgets what used to be', () => {
    const histogram = histogramOf(new Array(9000).fill(1000));
    for (let i = 0; i < 60_000; i++) histogram.add(1);
    expect(histogram.p99Millis).toBeLessThan(2);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('survives %p', (millis) => {
    const histogram = histogramOf(new Array(400).fill(2));
    histogram.add(millis);
    for (let i = 0; i < 64; i++) histogram.add(2);
    expect(histogram.p99Millis).toBeLessThan(2.3);
  });
});
