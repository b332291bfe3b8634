import { describe, expect, it } from '@jest/globals';
import {
  between,
  isWhole,
  moved,
  rangeOfText,
  rangeText,
  ticksOf,
  zoomed,
} from '../../../../../lib/viewer/page/trace/time-range.js';

const whole = { from: 1_000, to: 11_000 };

describe('zoomed', () => {
  it('keeps the time under the mouse where it is', () => {
    expect(zoomed(whole, whole, 3_500, 0.5)).toEqual({ from: 2_250, to: 7_250 });
  });

  it('shows everything at most', () => {
    expect(zoomed({ from: 2_000, to: 9_000 }, whole, 3_000, 10)).toEqual(whole);
  });

  it('shows 100 ns at least', () => {
    const { from, to } = zoomed({ from: 2_000, to: 2_100 }, whole, 2_050, 0.01);
    expect(to - from).toBe(100);
  });
});

describe('moved', () => {
  it('stops at the first and the last span', () => {
    const range = { from: 2_000, to: 4_000 };
    expect(moved(range, whole, -5_000)).toEqual({ from: 1_000, to: 3_000 });
    expect(moved(range, whole, 50_000)).toEqual({ from: 9_000, to: 11_000 });
  });
});

describe('between', () => {
  it('takes two times in any order', () => {
    expect(between(5_000, 2_000, whole)).toEqual({ from: 2_000, to: 5_000 });
  });
});

describe('rangeText', () => {
  it('is read back', () => {
    const range = { from: 2_000, to: 5_000 };
    expect(rangeText(range, whole)).toBe('1000-4000');
    expect(rangeOfText('1000-4000', whole)).toEqual(range);
  });

  it('is empty for everything, and other texts are no range', () => {
    expect(rangeText(whole, whole)).toBeUndefined();
    expect([null, '', '1-', 'a-b', '1e3-5'].map((text) => rangeOfText(text, whole))).toEqual([
      ...Array(5),
    ]);
    expect(isWhole(whole, whole)).toBe(true);
  });
});

describe('ticksOf', () => {
  it.each([
    [16.2e6, 4, ['0 ms', '5 ms', '10 ms', '15 ms']],
    [412e6, 5, ['0 ms', '100 ms', '200 ms', '300 ms', '400 ms']],
    [1_500, 4, ['0.0 µs', '0.5 µs', '1.0 µs', '1.5 µs']],
    [90e9, 4, ['0 s', '30 s', '60 s', '90 s']],
    [7_200e9, 3, ['0 min', '60 min', '120 min']],
  ])('has round times within %d ns, at most about %d', (nanos, count, labels) => {
    const ticks = ticksOf({ from: 100, to: 100 + nanos }, 100, count);
    expect(ticks.map(({ label }) => label)).toEqual(labels);
    expect(ticks[1]?.nanos).toBeGreaterThan(100);
  });

  it('starts at a round time inside of a part', () => {
    const ticks = ticksOf({ from: 3.2e6, to: 5.1e6 }, 0, 4);
    expect(ticks.map(({ label }) => label)).toEqual(['3.5 ms', '4.0 ms', '4.5 ms', '5.0 ms']);
  });
});
