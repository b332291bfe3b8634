import { type Answer, DROPPED, sampledRoot } from './answer.js';
import { thresholdOf } from './threshold.js';

/** A key that is expected less often than this in an interval is forgotten. */
const IDLE_TRACES = 0.5;

/** What the adaptive sampler knows of one key. */
export class KeyTraffic {
  /** Traces that an interval is expected to bring. */
  expected = 0;
  /** Undefined where nothing is kept but the first trace of an interval. */
  threshold: string | undefined;
  /** The answer for a new trace that passes the threshold. */
  root: Answer = DROPPED;
  /** Traces since the ratio was set. */
  #count = 0;
  #isSeen = false;

  /** @param ratio share to keep at first, 0 to 1 */
  constructor(ratio: number) {
    this.setRatio(ratio);
  }

  get isIdle(): boolean {
    return this.expected < IDLE_TRACES;
  }

  /** @returns true for the first trace in the interval */
  count(): boolean {
    this.#count++;
    if (this.#isSeen) return false;
    this.#isSeen = true;
    return true;
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

  /** Learns in the middle of an interval that more comes than was expected. */
  raise(intervals: number): void {
    this.expected = Math.max(this.expected, this.#count / intervals);
  }

  /** Sets the share to keep, and counts anew. */
  setRatio(ratio: number): void {
    this.#count = 0;
    const threshold = ratio > 0 ? thresholdOf(ratio) : undefined;
    if (threshold === this.threshold) return;
    this.threshold = threshold;
    this.root = threshold === undefined ? DROPPED : sampledRoot(threshold);
  }
}
