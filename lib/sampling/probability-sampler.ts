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
 * Keeps a share of the traces, chosen by the trace's own randomness: every service that decides the
 * same way keeps the same traces, and one with a larger ratio keeps at least those. The trace state
 * says the probability (`ot=th:…`), so that counts can be estimated from what was kept.
 *
 * Decides for each span alone and does not look at the parent's decision; make it the root of a
 * `ParentBasedSampler` to follow callers.
 * Spec: OpenTelemetry, `trace/tracestate-probability-sampling.md` (OTEP 235).
 *
 * @example new ProbabilitySampler(0.1) // one trace in ten
 */
export class ProbabilitySampler implements Sampler {
  readonly followsUnsampledParent = true;
  readonly #ratio: number;
  /** Undefined at ratio 0, which is no probability that a threshold could say. */
  readonly #threshold: string | undefined;
  readonly #root: SamplerResult;

  /**
   * @param ratio share of traces to keep, 0 to 1; used with four significant digits. 0 keeps none.
   * @throws TracingConfigError if it is anything else
   */
  constructor(ratio: number) {
    this.#ratio = checkRatio('ProbabilitySampler.ratio', ratio);
    this.#threshold = ratio === 0 ? undefined : thresholdOf(ratio);
    this.#root = this.#threshold === undefined ? DROPPED : sampledRoot(this.#threshold);
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
