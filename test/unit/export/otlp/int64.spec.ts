import { describe, expect, it } from '@jest/globals';
import { isInt64 } from '../../../../lib/export/otlp/int64.js';

describe('isInt64', () => {
  it.each<[number, boolean]>([
    [0, true],
    [-0, true],
    [-1, true],
    [2 ** 53, true],
    [2 ** 63 - 1024, true],
    [2 ** 63, false],
    [-(2 ** 63), true],
    [-(2 ** 63) - 2048, false],
    [0.5, false],
    [Number.NaN, false],
    [Number.POSITIVE_INFINITY, false],
  ])('of %p is %p', (value, is) => {
    expect(isInt64(value)).toBe(is);
  });
});
