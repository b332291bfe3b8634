import { describe, expect, it } from '@jest/globals';
import { KeyTraffic, shareOut } from '../../../lib/sampling/key-traffic.js';

/** What is kept of each key, with its first trace. */
function kept(expected: number[], budget: number): number[] {
  const keys = expected.map((traces) => {
    const traffic = new KeyTraffic(1);
    traffic.expected = traces;
    return traffic;
  });
  const ratios = shareOut(keys, budget);
  return keys.map((key) => {
    const ratio = ratios.get(key) as number;
    return (
      Math.round(1000 * (Math.min(1, key.expected) + ratio * Math.max(0, key.expected - 1))) / 1000
    );
  });
}

describe('shareOut', () => {
  it.each<[string, number[], number, number[]]>([
    ['everything if there is room', [1, 5, 10], 100, [1, 5, 10]],
    ['the same of equally busy keys', [100, 100], 20, [10, 10]],
    ['all of rare keys, and the rest of the busy ones', [1000, 2, 500, 3], 25, [10, 2, 10, 3]],
    ['one of each key if there is not even room for that', [10, 10, 10], 1, [1, 1, 1]],
    ['nothing of keys that do not come', [0, 100], 10, [0, 10]],
    ['nothing where there are no keys', [], 10, []],
  ])('keeps %s', (_what, expected, budget, result) => {
    expect(kept(expected, budget)).toEqual(result);
  });
});
