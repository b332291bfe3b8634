import { type Context, trace } from '@opentelemetry/api';
import { DROPPED, withParentThreshold } from './answer.js';
import type { Sampler, SamplingResult } from './sampler.js';

/**
 * Samples nothing, not even what a caller asked for with the debug flag.
 * Spec: OpenTelemetry, `trace/sdk.md#alwaysoff`.
 */
export class AlwaysOffSampler implements Sampler {
  readonly followsUnsampledParent = true;

  shouldSample(context: Context): SamplingResult {
    return withParentThreshold(DROPPED, trace.getSpanContext(context));
  }

  toString(): string {
    return 'AlwaysOffSampler';
  }
}
