import { describe, expect, it } from '@jest/globals';
import type { HrTime } from '@opentelemetry/api';
import { microsBetween, toMicros, toMillis } from '../../../lib/export/hr-time.js';

describe('toMillis', () => {
  it.each<[HrTime, number]>([
    [[0, 0], 0],
    [[0, 250_000], 0.25],
    [[2, 1_500_000], 2001.5],
  ])('of %j is %d', (time, millis) => {
    expect(toMillis(time)).toBe(millis);
  });
});

describe('toMicros', () => {
  it.each<[HrTime, number]>([
    [[0, 0], 0],
    [[0, 999], 0],
    [[0, 1000], 1],
    [[1_700_000_000, 250_999], 1_700_000_000_000_250],
  ])('of %j is %d', (time, micros) => {
    expect(toMicros(time)).toBe(micros);
  });
});

describe('microsBetween', () => {
  it.each<[HrTime, HrTime, number]>([
    [[1, 0], [1, 0], 0],
    [[1, 0], [1, 1999], 1],
    [[1, 999_999_000], [2, 1000], 2],
    [[1, 500], [3, 0], 1_999_999],
    [[2, 0], [1, 0], 0],
  ])('%j and %j is %d', (start, end, micros) => {
    expect(microsBetween(start, end)).toBe(micros);
  });
});
