import {
  type Context,
  createContextKey,
  type SpanContext,
  type TraceState,
  trace,
} from '@opentelemetry/api';

/**
 * What a caller asks for beyond the sampled flag, where its format can say it: `debug` (sample this
 * trace, whatever samplers say), `accept` and `deny` (a decision that came without ids), and
 * `defer` (ids came without a decision, so the receiver decides).
 */
export type SamplingRequest = 'debug' | 'accept' | 'deny' | 'defer';

// Samplers read under a key of the same name; `createContextKey` gives both the same symbol.
const SAMPLING_REQUEST_KEY = createContextKey('nestjs-traced sampling request');
const SUPPRESS_TRACING_KEY = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** The context with the caller's span as the parent of what starts in it. */
export function withRemoteSpan(
  context: Context,
  traceId: string,
  spanId: string,
  traceFlags: number,
  traceState?: TraceState,
  request?: SamplingRequest,
): Context {
  const spanContext: SpanContext = { traceId, spanId, traceFlags, isRemote: true, traceState };
  return withSamplingRequest(trace.setSpanContext(context, spanContext), request);
}

/**
 * The context with the caller's request, or without one that an earlier caller left in it. A
 * request must not outlive the message it came with.
 */
export function withSamplingRequest(
  context: Context,
  request: SamplingRequest | undefined,
): Context {
  if (samplingRequestOf(context) === request) return context;
  return request === undefined
    ? context.deleteValue(SAMPLING_REQUEST_KEY)
    : context.setValue(SAMPLING_REQUEST_KEY, request);
}

/** What the caller asked for; undefined where it asked nothing. */
export function samplingRequestOf(context: Context): SamplingRequest | undefined {
  return context.getValue(SAMPLING_REQUEST_KEY) as SamplingRequest | undefined;
}

/** True where nothing may be traced, so that nothing may be injected either. */
export function isSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_TRACING_KEY) === true;
}
