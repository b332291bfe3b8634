import { type Context, trace } from '@opentelemetry/api';
import type { Sampler, SamplingResult } from './sampler.js';
import { SAMPLED, withParentThreshold } from './sampler-result.js';

/**
 * Samples everything. Spec: OpenTelemetry, `trace/sdk.md#alwayson`.
 *
 * A threshold that comes with the parent is left as it is where it agrees: this sampler is also
 * what a `ParentBasedSampler` follows a sampled parent with.
 */
export class AlwaysOnSampler implements Sampler {
  readonly followsUnsampledParent = true;

  shouldSample(context: Context): SamplingResult {
    return withParentThreshold(SAMPLED, trace.getSpanContext(context));
  }

  toString(): string {
    return 'AlwaysOnSampler';
  }
}
