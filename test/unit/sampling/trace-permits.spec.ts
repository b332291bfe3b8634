import { describe, expect, it } from '@jest/globals';
import { TracePermits } from '../../../lib/sampling/trace-permits.js';

function takenAt(perSecond: number, times: readonly number[], tries: number): number[] {
  let now = 0;
  const permits = new TracePermits(perSecond, () => now);
  return times.map((time) => {
    now = time;
    return Array.from({ length: tries }, () => permits.take()).filter(Boolean).length;
  });
}

describe('TracePermits', () => {
  it('gives none at 0', () => {
    expect(takenAt(0, [0, 1000, 60_000], 3)).toEqual([0, 0, 0]);
  });

  it('gives one in several seconds below 1', () => {
    expect(takenAt(0.1, [0, 9999, 10_000, 10_001], 3)).toEqual([1, 0, 1, 0]);
  });

  it('gives all at once below 10, and tenths from 10 on', () => {
    expect(takenAt(3, [0, 500, 1000], 5)).toEqual([3, 0, 3]);
    expect(takenAt(20, [0, 100, 200], 5)).toEqual([2, 2, 2]);
  });

  it('tells its rate', () => {
    expect(new TracePermits(2.5, () => 0).perSecond).toBe(2.5);
  });
});
