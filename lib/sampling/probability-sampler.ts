import type { Context } from '@opentelemetry/api';
import { samplingRequestOf } from '../context/index.js';
import { checkRatio } from '../option-checks.js';
import type { Sampler, SamplingResult } from './sampler.js';
import {
  DROPPED,
  parentOf,
  randomnessOf,
  SAMPLED,
  type SamplerResult,
  sampledAt,
  sampledRoot,
  withoutThreshold,
} from './sampler-result.js';
import { passes, thresholdOf } from './threshold.js';

/**
 * Keeps a share of the traces, selected by the randomness of the trace id: all services with this
 * algorithm keep the same traces, and a service with a larger ratio keeps a superset. The trace state
 * contains the probability (`ot=th:…`), so that counts can be estimated from the kept traces.
 *
 * Decides for each span independently of the parent's decision. Use it as the root of a
 * `ParentBasedSampler` to follow callers.
 * Spec: OpenTelemetry, `trace/tracestate-probability-sampling.md` (OTEP 235).
 *
 * @example new ProbabilitySampler(0.1) // one trace in ten
 */
export class ProbabilitySampler implements Sampler {
  readonly followsUnsampledParent = true;
  readonly #ratio: number;
  /** Undefined for ratio 0, for which no threshold exists. */
  readonly #threshold: string | undefined;
  readonly #root: SamplerResult;

  /**
   * @param ratio share of traces to keep, 0 to 1, with four significant digits; 0 keeps no trace
   * @throws TracingConfigError for any other value
   */
  constructor(ratio: number) {
    this.#ratio = checkRatio('ProbabilitySampler.ratio', ratio);
    this.#threshold = ratio === 0 ? undefined : thresholdOf(ratio);
    this.#root = this.#threshold === undefined ? DROPPED : sampledRoot(this.#threshold);
  }

  /** False in a subclass that overrides {@link shouldSample}. */
  get ignoresAttributes(): boolean {
    return this.shouldSample === ProbabilitySampler.prototype.shouldSample;
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    const inherited = parentOf(context, traceId)?.traceState;
    if (samplingRequestOf(context) === 'debug') return withoutThreshold(SAMPLED, inherited);
    const threshold = this.#threshold;
    if (threshold !== undefined && passes(threshold, randomnessOf(traceId, inherited))) {
      return sampledAt(threshold, this.#root, inherited);
    }
    return withoutThreshold(DROPPED, inherited);
  }

  toString(): string {
    return `ProbabilitySampler{${this.#ratio}}`;
  }
}
