import { type Context, trace } from '@opentelemetry/api';
import type { Sampler, SamplingResult } from './sampler.js';
import { DROPPED, withParentThreshold } from './sampler-result.js';

/**
 * Samples no span, not even for a caller with the debug flag.
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
