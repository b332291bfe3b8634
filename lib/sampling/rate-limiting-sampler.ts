import type { Context } from '@opentelemetry/api';
import { checkOption } from '../option-checks.js';
import { monotonicMillis } from '../system-time.js';
import type { Sampler, SamplingResult } from './sampler.js';
import {
  DROPPED,
  parentOf,
  SAMPLED_UNCOUNTED,
  settledResult,
  withoutThreshold,
} from './sampler-result.js';
import { TracePermits } from './trace-permits.js';

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
  readonly #permits: TracePermits;

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
    this.#permits = new TracePermits(tracesPerSecond, options.now ?? monotonicMillis);
  }

  /** False in a subclass that overrides {@link shouldSample}. */
  get ignoresAttributes(): boolean {
    return this.shouldSample === RateLimitingSampler.prototype.shouldSample;
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    const parent = parentOf(context, traceId);
    const settled = settledResult(context, parent);
    if (settled !== undefined) return settled;
    return withoutThreshold(this.#permits.take() ? SAMPLED_UNCOUNTED : DROPPED, parent?.traceState);
  }

  toString(): string {
    return `RateLimitingSampler{${this.#permits.perSecond}}`;
  }
}
