import { type Context, TraceFlags } from '@opentelemetry/api';
import { samplingRequestOf } from '../context/index.js';
import { checkOption } from '../option-checks.js';
import { monotonicMillis } from '../system-time.js';
import type { Sampler, SamplingResult } from './sampler.js';
import {
  DROPPED,
  parentOf,
  SAMPLED,
  SAMPLED_UNCOUNTED,
  withoutThreshold,
  withParentThreshold,
} from './sampler-result.js';

const SECOND_MILLIS = 1000;
/** The permits of a second are released in this many portions, so that a burst does not use all of them. */
const PORTIONS = 10;

/** Options for tests of a {@link RateLimitingSampler}. */
export interface RateLimitingSamplerOptions {
  /** A monotonic clock in milliseconds. @default the monotonic clock of the process */
  readonly now?: () => number;
}

/**
 * Keeps at most a fixed number of traces per second. From 10 per second on, a tenth of them is released in
 * each tenth of a second. The rest of the second can use unused permits; the next second starts again.
 *
 * Spans with a parent in this process follow the parent's decision and use no permit. The decision depends
 * on time and not on the trace, so its probability is unknown and `th` is not propagated.
 */
export class RateLimitingSampler implements Sampler {
  readonly followsUnsampledParent = true;
  readonly #tracesPerSecond: number;
  readonly #now: () => number;
  readonly #windowMillis: number;
  readonly #permitsPerWindow: number;
  #windowStart: number;
  /** Permits of this window, including the unusable fraction of the previous window. */
  #permits: number;
  #taken = 0;

  /**
   * @param tracesPerSecond at least 0; 0.1 keeps one trace in ten seconds, 0 keeps no trace
   * @throws TracingConfigError for a negative or non-finite number
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

  /** False in a subclass that overrides {@link shouldSample}. */
  get ignoresAttributes(): boolean {
    return this.shouldSample === RateLimitingSampler.prototype.shouldSample;
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    const parent = parentOf(context, traceId);
    if (samplingRequestOf(context) === 'debug')
      return withoutThreshold(SAMPLED, parent?.traceState);
    if (parent !== undefined && parent.isRemote !== true) {
      const isSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
      return withParentThreshold(isSampled ? SAMPLED : DROPPED, parent);
    }
    return withoutThreshold(this.#take() ? SAMPLED_UNCOUNTED : DROPPED, parent?.traceState);
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

  /** During traffic, windows follow each other without gaps. After a pause, a window starts now. */
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
