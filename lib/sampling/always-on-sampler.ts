import type { Context } from '@opentelemetry/api';
import { spanOf } from '../context/index.js';
import type { Sampler, SamplingResult } from './sampler.js';
import { SAMPLED, withParentThreshold } from './sampler-result.js';

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
    return withParentThreshold(SAMPLED, spanOf(context)?.spanContext());
  }

  toString(): string {
    return 'AlwaysOnSampler';
  }
}
