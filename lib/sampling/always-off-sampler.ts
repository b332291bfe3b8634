import type { Context } from '@opentelemetry/api';
import type { Sampler, SamplingResult } from './sampler.js';
import { DROPPED, withCallerThreshold } from './sampler-result.js';

/**
 * Samples no span, not even for a caller with the debug flag.
 * Spec: OpenTelemetry, `trace/sdk.md#alwaysoff`.
 */
export class AlwaysOffSampler implements Sampler {
  readonly followsUnsampledParent = true;

  /** False in a subclass that overrides {@link shouldSample}. */
  get ignoresAttributes(): boolean {
    return this.shouldSample === AlwaysOffSampler.prototype.shouldSample;
  }

  shouldSample(context: Context): SamplingResult {
    return withCallerThreshold(DROPPED, context);
  }

  toString(): string {
    return 'AlwaysOffSampler';
  }
}
