import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import type { HrTime, TimeInput } from '@opentelemetry/api';
import { isTimeInput, toHrDuration, toHrTime, toMillis } from '../../../lib/trace/time.js';

const ORIGIN = 1_704_067_200_123;

describe('toHrTime', () => {
  it.each<[number, number, HrTime]>([
    [0, 0, [0, 0]],
    [1000, 0, [1, 0]],
    [999, 1, [1, 0]],
    [ORIGIN, 0, [1_704_067_200, 123_000_000]],
    [ORIGIN, 0.000001, [1_704_067_200, 123_000_001]],
    [ORIGIN, 876.999999, [1_704_067_200, 999_999_999]],
    [ORIGIN, 877, [1_704_067_201, 0]],
    [ORIGIN, 876.9999996, [1_704_067_201, 0]],
    [ORIGIN, 86_400_000.5, [1_704_153_600, 123_500_000]],
    [ORIGIN, -123, [1_704_067_200, 0]],
    [ORIGIN, -123.000001, [1_704_067_199, 999_999_999]],
    [ORIGIN, -0.25, [1_704_067_200, 122_750_000]],
  ])('of origin %p and %p ms is %p', (origin, millis, time) => {
    expect(toHrTime(origin, millis)).toEqual(time);
  });

  it('is exact to the nanosecond for days after the start of the process', () => {
    const tenDaysMillis = 864_000_000;
    for (let nanos = 0; nanos < 1_000_000; nanos += 977) {
      expect(toHrTime(0, tenDaysMillis + nanos / 1e6)).toEqual([864_000, nanos]);
    }
  });

  it('never has a second of nanoseconds', () => {
    for (let step = 0; step < 2000; step++) {
      const [seconds, nanos] = toHrTime(ORIGIN, 876.999 + step * 0.000001);
      expect(Number.isInteger(seconds) && Number.isInteger(nanos)).toBe(true);
      expect(nanos).toBeLessThan(1e9);
      expect(nanos).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('toHrDuration', () => {
  it.each<[number, HrTime]>([
    [0, [0, 0]],
    [0.000001, [0, 1]],
    [1.5, [0, 1_500_000]],
    [999.9999999, [1, 0]],
    [61_000.25, [61, 250_000]],
  ])('of %p ms is %p', (millis, duration) => {
    expect(toHrDuration(millis)).toEqual(duration);
  });
});

describe('isTimeInput', () => {
  it.each<[unknown, boolean]>([
    [0, true],
    [Number.NaN, true],
    [new Date(), true],
    [[1, 2], true],
    [[1], false],
    [[1, 2, 3], false],
    [{ attempt: 1 }, false],
    ['2024-01-01', false],
    [null, false],
    [undefined, false],
  ])('of %p is %p', (value, isTime) => {
    expect(isTimeInput(value)).toBe(isTime);
  });
});

describe('toMillis', () => {
  it.each<[string, TimeInput, number]>([
    ['epoch milliseconds', ORIGIN + 5, 5],
    ['epoch milliseconds with a fraction', ORIGIN + 0.5, 0.5],
    ['a date', new Date(ORIGIN + 7), 7],
    ['a pair of seconds and nanoseconds', [1_704_067_200, 124_000_001], 1.000001],
    ['a time before the origin', ORIGIN - 50, -50],
    ['a time long before the process began', Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 1) - ORIGIN],
    ['a date long before the process began', new Date(0), -ORIGIN],
  ])('counts %s from the origin', (_, time, millis) => {
    expect(toMillis(time, ORIGIN)).toBeCloseTo(millis, 6);
  });

  it('takes small numbers for readings of performance.now()', () => {
    expect(toMillis(12.5, ORIGIN)).toBe(performance.timeOrigin - ORIGIN + 12.5);
    expect(toMillis(0, ORIGIN)).toBe(performance.timeOrigin - ORIGIN);
  });

  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['an invalid date', new Date('nonsense')],
    ['a string', '2024-01-01'],
    ['null', null],
    ['an object', {}],
    ['a pair of strings', ['a', 'b']],
    ['an empty array', []],
  ])('is undefined for %s', (_, time) => {
    expect(toMillis(time as TimeInput, ORIGIN)).toBeUndefined();
  });
});
