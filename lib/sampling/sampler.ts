import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';
import { checkMethods } from '../option-checks.js';

/** The decision about a span. The values are OpenTelemetry's. Spec: `trace/sdk.md#sampling`. */
export const SamplingDecision = {
  /** Not recorded, sampled flag unset. */
  NOT_RECORD: 0,
  /** Recorded for processors, sampled flag unset, not exported. */
  RECORD: 1,
  /** Recorded, sampled flag set, exported. */
  RECORD_AND_SAMPLED: 2,
} as const;

export type SamplingDecision = (typeof SamplingDecision)[keyof typeof SamplingDecision];

/** The result of a sampler. Can be a shared object, because it is immutable. */
export interface SamplingResult {
  /** Whether the span is recorded and exported. */
  readonly decision: SamplingDecision;
  /** Attributes to add to the span. */
  readonly attributes?: Readonly<Attributes>;
  /** The trace state of the new span. Undefined keeps the parent's; an empty one removes it. */
  readonly traceState?: TraceState;
}

/**
 * Decides for each span whether it is recorded and exported.
 *
 * The interface is OpenTelemetry's, so its samplers can be used unchanged. The tracer calls it
 * synchronously at every start of a span, so it must be fast. If it throws, the tracer reports it and does
 * not sample the span.
 */
export interface Sampler {
  /**
   * Whether a span with an unsampled parent in this process is never sampled. If true, the tracer does not
   * call the sampler for such spans, which makes them almost free. OpenTelemetry's samplers do not have
   * this property; the tracer calls them for every span.
   *
   * @default false
   */
  readonly followsUnsampledParent?: boolean;

  /**
   * Whether {@link shouldSample} ignores the attributes. If true, the tracer may call it with no attributes, and spans of
   * requests that are not recorded do without reading any. OpenTelemetry's samplers do not have this property.
   *
   * @default false
   */
  readonly ignoresAttributes?: boolean;

  /**
   * @param context contains the parent span, if there is one
   * @param traceId trace id of the new span: 32 lower-case hex digits
   * @param attributes the attributes at the start of the span
   */
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;

  /**
   * Called when an application starts with the sampler, and possibly again by another application. A sampler that
   * gets its decisions from a server starts to ask for them. Must neither throw nor wait. A sampler with other
   * samplers passes the call on. OpenTelemetry's samplers do not have this method.
   */
  start?(): void;

  /**
   * Called when the application that the sampler was created for has closed; not for an instance that a user passes,
   * which other applications can use. Releases timers and connections. {@link shouldSample} can be called
   * afterwards. Must not throw.
   */
  shutdown?(): void;

  /** Returns a short name with the configuration, like OpenTelemetry's `getDescription`. */
  toString(): string;
}

/** @throws TracingConfigError if `value` is not a sampler */
export function checkSampler(option: string, value: Sampler): Sampler {
  return checkMethods(
    option,
    value,
    ['shouldSample'],
    'Give a sampler, such as new AlwaysOnSampler().',
  );
}

/** Starts each of the samplers once. */
export function startSamplers(samplers: readonly Sampler[]): void {
  for (const sampler of new Set(samplers)) sampler.start?.();
}

/** Shuts each of the samplers down once. */
export function shutDownSamplers(samplers: readonly Sampler[]): void {
  for (const sampler of new Set(samplers)) sampler.shutdown?.();
}
