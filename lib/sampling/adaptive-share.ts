import type { KeyTraffic } from './key-traffic.js';

/**
 * Shares a budget evenly: each key may keep the same number of traces, and what a rare one leaves
 * goes to the busier ones. Each keeps at least one, which comes first in the interval whatever its
 * id is, so the ratio is for what follows it.
 *
 * @param budget traces to keep in an interval
 * @returns the ratio of each key, 0 to 1
 */
export function shareOut(keys: readonly KeyTraffic[], budget: number): Map<KeyTraffic, number> {
  const ratios = new Map<KeyTraffic, number>();
  const rarestFirst = [...keys].sort((a, b) => a.expected - b.expected);
  let left = budget;
  for (const [index, key] of rarestFirst.entries()) {
    const share = left / (rarestFirst.length - index);
    const kept = Math.max(1, Math.min(key.expected, share));
    ratios.set(key, key.expected <= kept ? 1 : (kept - 1) / (key.expected - 1));
    left = Math.max(0, left - Math.min(kept, key.expected));
  }
  return ratios;
}
