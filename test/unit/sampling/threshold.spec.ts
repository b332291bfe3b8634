import { describe, expect, it } from '@jest/globals';
import { adjustedCountOf, passes, thresholdOf } from '../../../lib/sampling/threshold.js';

describe('thresholdOf', () => {
  // The table of OpenTelemetry's specification for four digits of precision.
  it.each([
    [1, '0'],
    [2, '8'],
    [3, 'aaab'],
    [4, 'c'],
    [5, 'cccd'],
    [8, 'e'],
    [10, 'e666'],
    [16, 'f'],
    [100, 'fd70a'],
    [1_000, 'ffbe77'],
    [10_000, 'fff9724'],
    [100_000, 'ffff583a'],
    [1_000_000, 'ffffef39'],
  ])('keeps one in %i by %s', (n, threshold) => {
    expect(thresholdOf(1 / n)).toBe(threshold);
  });

  it.each([
    [0.75, '4'],
    [0.9, '199a'],
    [0.99, '028f'],
    [1 - 2 ** -16, '0001'],
    [1 - 2 ** -18, '0'],
    [2 ** -55, 'fffffffffffffe'],
    [2 ** -56, 'ffffffffffffff'],
    [1e-30, 'ffffffffffffff'],
  ])('keeps the share %d by %s', (ratio, threshold) => {
    expect(thresholdOf(ratio)).toBe(threshold);
  });

  it('stays near the ratio over its whole range', () => {
    for (let ratio = 1; ratio > 1e-13; ratio *= 0.97) {
      const real = 1 / adjustedCountOf(thresholdOf(ratio));
      expect(Math.abs(real - ratio) / ratio).toBeLessThan(0.0002);
    }
  });

  it('falls when the ratio rises', () => {
    let previous = 'g';
    for (let ratio = 1e-6; ratio <= 1; ratio *= 1.01) {
      const threshold = thresholdOf(ratio).padEnd(14, '0');
      expect(threshold <= previous).toBe(true);
      previous = threshold;
    }
  });
});

describe('passes', () => {
  const prefix = '0af7651916cd43dd84';

  it.each([
    ['0', '00000000000000', true],
    ['8', '7fffffffffffff', false],
    ['8', '80000000000000', true],
    ['e666', 'e665ffffffffff', false],
    ['e666', 'e6660000000000', true],
    ['e666', 'e6660000000001', true],
    ['ffffffffffffff', 'fffffffffffffe', false],
    ['ffffffffffffff', 'ffffffffffffff', true],
    ['199a', '0fffffffffffff', false],
    ['199a', 'a0000000000000', true],
  ])('holds %s against %s: %s', (threshold, randomness, expected) => {
    expect(passes(threshold, randomness)).toBe(expected);
    expect(passes(threshold, prefix + randomness)).toBe(expected);
  });

  it('lets nothing pass that is too short to be random', () => {
    expect(passes('8', '')).toBe(false);
    expect(passes('0', 'ffff')).toBe(false);
  });
});

describe('adjustedCountOf', () => {
  it.each([
    ['0', 1],
    ['8', 2],
    ['c', 4],
    ['f', 16],
    ['e666', 9.99938968568813],
    ['fd70a4', 100.00009536752259],
    ['ffffffffffffff', 2 ** 56],
  ])('of %s is %d', (threshold, count) => {
    expect(adjustedCountOf(threshold)).toBeCloseTo(count, 9);
  });
});
