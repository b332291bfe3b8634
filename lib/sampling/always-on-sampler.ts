import type { Context } from '@opentelemetry/api';
import type { Sampler, SamplingResult } from './sampler.js';
import { SAMPLED, withCallerThreshold } from './sampler-result.js';

/**
 * Samples every span. Spec: OpenTelemetry, `trace/sdk.md#alwayson`.
 *
 * It keeps the parent's threshold if the threshold agrees with the decision, because a
 * `ParentBasedSampler` uses this sampler for sampled parents.
 */
export class AlwaysOnSampler implements Sampler {
  readonly followsUnsampledParent = true;

  /** False in a subclass that overrides {@link shouldSample}. */
  get ignoresAttributes(): boolean {
    return this.shouldSample === AlwaysOnSampler.prototype.shouldSample;
  }

  shouldSample(context: Context): SamplingResult {
    return withCallerThreshold(SAMPLED, context);
  }

  toString(): string {
    return 'AlwaysOnSampler';
  }
}
