import { type Context, TraceFlags } from '@opentelemetry/api';
import { samplingRequestOf } from '../context/index.js';
import { checkOption } from '../option-checks.js';
import { monotonicMillis } from '../system-time.js';
import type { Sampler, SamplingResult } from './sampler.js';
import {
  DROPPED,
  parentOf,
  SAMPLED,
  withoutThreshold,
  withParentThreshold,
} from './sampler-result.js';

const SECOND_MILLIS = 1000;
/** A second's permits come out in as many portions, so that its first moment does not take all. */
const PORTIONS = 10;

/** What a test may want to replace. */
export interface RateLimitingSamplerOptions {
  /** Milliseconds that only grow. @default the monotonic clock of the process */
  readonly now?: () => number;
}

/**
 * Keeps at most so many traces a second. From 10 a second on they come out in tenths of a second;
 * what one tenth leaves, the rest of the second may use, and the next second begins anew.
 *
 * Spans with a parent in this process follow it and count no permit. The decision depends on time
 * and not on the trace, so nothing is known about its probability and no `th` goes on.
 */
export class RateLimitingSampler implements Sampler {
  readonly followsUnsampledParent = true;
  readonly #tracesPerSecond: number;
  readonly #now: () => number;
  readonly #windowMillis: number;
  readonly #permitsPerWindow: number;
  #windowStart: number;
  /** What this window has, with the fraction that the one before could not use. */
  #permits: number;
  #taken = 0;

  /**
   * @param tracesPerSecond 0 or more; below 1, one trace in so many seconds; 0 keeps none
   * @throws TracingConfigError if it is negative or no finite number
   */
  constructor(tracesPerSecond: number, options: RateLimitingSamplerOptions = {}) {
    checkOption(
      Number.isFinite(tracesPerSecond) && tracesPerSecond >= 0,
      'RateLimitingSampler.tracesPerSecond',
      'must be a finite number of at least 0',
      tracesPerSecond,
      'Give the number of traces to keep in a second; 0 keeps none.',
    );
    this.#tracesPerSecond = tracesPerSecond;
    this.#now = options.now ?? monotonicMillis;
    const isSlow = tracesPerSecond > 0 && tracesPerSecond < 1;
    this.#windowMillis = isSlow ? SECOND_MILLIS / tracesPerSecond : SECOND_MILLIS;
    this.#permitsPerWindow = isSlow ? 1 : tracesPerSecond;
    this.#windowStart = Number.NEGATIVE_INFINITY;
    this.#permits = this.#permitsPerWindow;
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    const parent = parentOf(context, traceId);
    if (samplingRequestOf(context) === 'debug')
      return withoutThreshold(SAMPLED, parent?.traceState);
    if (parent !== undefined && parent.isRemote !== true) {
      const isSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
      return withParentThreshold(isSampled ? SAMPLED : DROPPED, parent);
    }
    return withoutThreshold(this.#take() ? SAMPLED : DROPPED, parent?.traceState);
  }

  toString(): string {
    return `RateLimitingSampler{${this.#tracesPerSecond}}`;
  }

  #take(): boolean {
    const now = this.#now();
    let elapsed = now - this.#windowStart;
    if (elapsed >= this.#windowMillis) {
      this.#openWindow(now, elapsed);
      elapsed = now - this.#windowStart;
    }
    if (this.#taken >= this.#permitted(elapsed)) return false;
    this.#taken++;
    return true;
  }

  /** Windows follow each other without gaps while there is traffic; after a pause one begins now. */
  #openWindow(now: number, elapsed: number): void {
    const isNext = elapsed < 2 * this.#windowMillis;
    this.#windowStart = isNext ? this.#windowStart + this.#windowMillis : now;
    const unusable = isNext ? this.#permits - Math.floor(this.#permits) : 0;
    this.#permits = this.#permitsPerWindow + unusable;
    this.#taken = 0;
  }

  #permitted(elapsedMillis: number): number {
    const permits = Math.floor(this.#permits);
    if (permits < PORTIONS) return permits;
    const portions = Math.floor((elapsedMillis / SECOND_MILLIS) * PORTIONS) + 1;
    return Math.floor((permits * portions) / PORTIONS);
  }
}
