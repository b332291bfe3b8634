import { describe, expect, it } from '@jest/globals';
import { LogHistogram } from '../../../../lib/viewer/analysis/histogram.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';

function histogramOf(values: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe('LogHistogram', () => {
  it('gives quantiles that are exact to 2.2 %', () => {
    const random = randomOfSeed(5);
    const values = Array.from({ length: 5_000 }, () => 10 ** (random() * 9)).sort((a, b) => a - b);
    const histogram = histogramOf(values);
    for (const part of [0, 0.5, 0.95, 1]) {
      const exact = values[Math.max(0, Math.ceil(part * values.length) - 1)] as number;
      const error = Math.abs((histogram.quantile(part) as number) / exact - 1);
      expect(error).toBeLessThan(0.022);
    }
    expect(histogram.max).toBe(histogram.quantile(1));
  });

  it('has no quantile without values, and 0 for values below a nanosecond', () => {
    expect(new LogHistogram().quantile(0.5)).toBeUndefined();
    expect(histogramOf([0, 0.5]).quantile(0.5)).toBe(0);
  });

  it('ignores what is no duration', () => {
    expect(histogramOf([NaN, -1, Infinity]).count).toBe(0);
  });

  it('is as before after a value is removed', () => {
    const histogram = histogramOf([100, 5_000]);
    histogram.add(7e9);
    histogram.remove(7e9);
    expect(histogram.buckets()).toEqual(histogramOf([100, 5_000]).buckets());
    expect(histogram.count).toBe(2);
  });

  it('adds and removes another histogram', () => {
    const histogram = histogramOf([100]);
    const other = histogramOf([100, 9_000]);
    histogram.merge(other);
    expect(histogram.count).toBe(3);
    histogram.merge(other, -1);
    expect(histogram.buckets()).toEqual(histogramOf([100]).buckets());
  });

  it('lists buckets that contain their values', () => {
    const [low, high, ...none] = histogramOf([1_000, 1_000, 64]).buckets();
    expect(none).toEqual([]);
    expect([low?.fromNanos, low?.count, high?.count]).toEqual([64, 1, 2]);
    expect(high?.fromNanos).toBeLessThanOrEqual(1_000);
    expect(high?.toNanos).toBeGreaterThan(1_000);
  });
});
