import { describe, expect, it } from '@jest/globals';
import { counted, formatNanos, formatPart } from '../../../../lib/viewer/analysis/durations.js';

describe('formatNanos', () => {
  it.each([
    [0, '0 ns'],
    [250, '250 ns'],
    [999.6, '1 µs'],
    [1_499, '1 µs'],
    [999_400, '999 µs'],
    [999_600, '1.0 ms'],
    [16_240_000, '16.2 ms'],
    [99_940_000, '99.9 ms'],
    [99_960_000, '100 ms'],
    [412_000_000, '412 ms'],
    [999_600_000, '1.00 s'],
    [59_990_000_000, '59.99 s'],
    [59_996_000_000, '1m 0s'],
    [125_000_000_000, '2m 5s'],
    [-3_200_000, '-3.2 ms'],
  ])('writes %p ns as %s', (nanos, text) => expect(formatNanos(nanos)).toBe(text));
});

describe('formatPart', () => {
  it.each([
    [312e6, 412e6, '312 of 412 ms'],
    [5.3e6, 16.2e6, '5.3 of 16.2 ms'],
    [9e8, 2.31e9, '0.90 of 2.31 s'],
    [412e3, 2.31e9, '412 µs of 2.31 s'],
    [30e9, 125e9, '30.00 s of 2m 5s'],
    [0, 0, '0 of 0 ns'],
  ])('writes %p of %p as %s', (part, whole, text) => expect(formatPart(part, whole)).toBe(text));
});

describe('counted', () => {
  it('adds an s to all numbers but 1', () => {
    expect([0, 1, 1_200].map((count) => counted(count, 'span'))).toEqual([
      '0 spans',
      '1 span',
      '1,200 spans',
    ]);
  });
});
