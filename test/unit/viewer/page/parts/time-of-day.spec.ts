import { describe, expect, it } from '@jest/globals';
import { dateAndTime, timeOfDay } from '../../../../../lib/viewer/page/parts/time-of-day.js';

const local = new Date(2026, 10, 3, 4, 5, 6, 7);
const nanos = BigInt(local.getTime()) * 1_000_000n + 999_999n;

describe('timeOfDay', () => {
  it('has the time of the browser’s zone, with milliseconds cut', () => {
    expect(timeOfDay(nanos)).toBe('04:05:06.007');
  });

  it('reads decimal digits', () => {
    expect(timeOfDay(String(nanos))).toBe('04:05:06.007');
  });
});

describe('dateAndTime', () => {
  it('has the day before the time', () => {
    expect(dateAndTime(nanos)).toBe('2026-11-03 04:05:06.007');
  });
});
