import { DROPPED, type SamplerResult, sampledRoot } from './sampler-result.js';
import { thresholdOf } from './threshold.js';

/** A key with fewer expected traces in an interval is removed. */
const IDLE_TRACES = 0.5;

/** The traffic of one key of an `AdaptiveSampler`. */
export class KeyTraffic {
  /** Expected number of traces in an interval. */
  expected = 0;
  /** Undefined if only the first trace of an interval is kept. */
  threshold: string | undefined;
  /** The result for a new trace that passes the threshold. */
  root: SamplerResult = DROPPED;
  /** Traces since the ratio was set. */
  #count = 0;
  #isSeen = false;

  /** @param ratio initial share to keep, 0 to 1 */
  constructor(ratio: number) {
    this.setRatio(ratio);
  }

  get isIdle(): boolean {
    return this.expected < IDLE_TRACES;
  }

  /** Whether a trace was counted in this interval. */
  get isSeen(): boolean {
    return this.#isSeen;
  }

  /** Counts one trace. */
  count(): void {
    this.#count++;
    this.#isSeen = true;
  }

  /**
   * Learns the rate of the traces since the ratio was set. A higher rate counts at once. A lower one
   * counts as far as it was observed: a whole interval replaces what was expected, a tenth of an interval
   * takes a tenth of it away, because few traces in a moment mean little.
   *
   * @param intervals how long it took, in intervals
   */
  closeInterval(intervals: number): void {
    const remaining = this.expected * Math.max(0, 1 - intervals);
    this.expected = Math.max(this.#count / intervals, remaining);
    this.#isSeen = false;
  }

  /** Raises the expectation in the middle of an interval if the rate is higher. Never lowers it. */
  raise(intervals: number): void {
    this.expected = Math.max(this.expected, this.#count / intervals);
  }

  /** Sets the share to keep, and restarts the count. */
  setRatio(ratio: number): void {
    this.#count = 0;
    const threshold = ratio > 0 ? thresholdOf(ratio) : undefined;
    if (threshold === this.threshold) return;
    this.threshold = threshold;
    this.root = threshold === undefined ? DROPPED : sampledRoot(threshold);
  }
}

/**
 * Divides a budget evenly among keys: each key may keep the same number of traces, and the unused part of
 * a rare key goes to the busier ones. Each key keeps at least the first trace of an interval, whatever
 * its id is; the ratio applies to the traces after it.
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
