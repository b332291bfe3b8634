import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';
import { checkMethods } from '../option-checks.js';

/** What becomes of a span. The values are OpenTelemetry's. Spec: `trace/sdk.md#sampling`. */
export const SamplingDecision = {
  /** Not recorded, sampled flag unset. */
  NOT_RECORD: 0,
  /** Recorded for processors, but sampled flag unset and not exported. */
  RECORD: 1,
  /** Recorded, sampled flag set, exported. */
  RECORD_AND_SAMPLED: 2,
} as const;

export type SamplingDecision = (typeof SamplingDecision)[keyof typeof SamplingDecision];

/** A sampler's answer. May be one shared object: nobody changes it. */
export interface SamplingResult {
  /** Whether the span is recorded and exported. */
  readonly decision: SamplingDecision;
  /** Attributes to add to the span. */
  readonly attributes?: Readonly<Attributes>;
  /** The trace state of the new span: the parent's where undefined, none where it is empty. */
  readonly traceState?: TraceState;
}

/**
 * Decides for each span whether it is recorded and exported.
 *
 * The interface is OpenTelemetry's, so its samplers and those of others fit unchanged. Called
 * synchronously at every start of a span; must be quick. One that throws is reported, and its span
 * is not sampled.
 */
export interface Sampler {
  /**
   * True when a span whose parent was made in this process and is not sampled is never sampled
   * either. Then the tracer does not ask for such spans at all, which makes them almost free.
   * Samplers of others do not say this and are asked for every span.
   *
   * @default false
   */
  readonly followsUnsampledParent?: boolean;

  /**
   * @param context holds the parent span, if any
   * @param traceId of the span to be made: 32 lower-case hex digits
   * @param attributes what is known at the start of the span
   */
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;

  /** OpenTelemetry's `getDescription`: name and configuration in a few words. */
  toString(): string;
}

/** @throws TracingConfigError unless `value` is a sampler */
export function checkSampler(option: string, value: Sampler): Sampler {
  return checkMethods(
    option,
    value,
    ['shouldSample'],
    'Give a sampler, such as new AlwaysOnSampler().',
  );
}
