import { type Context, createContextKey } from '@opentelemetry/api';

const SAMPLING_REQUEST_KEY = createContextKey('nestjs-traced sampling request');
const ROOT_TRACE_ID_KEY = createContextKey('nestjs-traced root trace id');

/**
 * A caller's request beyond the sampled flag, for formats that can express it: `debug` (sample this
 * trace, whatever samplers decide), `accept` and `deny` (a decision that came without ids), and
 * `defer` (ids came without a decision, so the receiver decides).
 */
export type SamplingRequest = 'debug' | 'accept' | 'deny' | 'defer';

/** The caller's request that a propagator extracted; undefined if there is none. */
export function samplingRequestOf(context: Context): SamplingRequest | undefined {
  return context.getValue(SAMPLING_REQUEST_KEY) as SamplingRequest | undefined;
}

/**
 * The context with the caller's request; undefined removes the request of an earlier caller, because
 * a request must not outlive the message it came with.
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

/**
 * The trace id for a root span that starts in the context; undefined if the tracer generates one.
 * Some senders give a trace an id before it has a span, as load balancers of AWS do.
 */
export function rootTraceIdOf(context: Context): string | undefined {
  return context.getValue(ROOT_TRACE_ID_KEY) as string | undefined;
}

/**
 * The context with a trace id for its root span; undefined removes that of an earlier caller.
 *
 * @param traceId 32 lower-case hex digits, not all zero
 */
export function withRootTraceId(context: Context, traceId: string | undefined): Context {
  if (rootTraceIdOf(context) === traceId) return context;
  return traceId === undefined
    ? context.deleteValue(ROOT_TRACE_ID_KEY)
    : context.setValue(ROOT_TRACE_ID_KEY, traceId);
}

/**
 * A part of a caller's header that means nothing to this process and is sent unchanged to the next
 * one; undefined if there is none.
 *
 * @param name format and part, such as `x-ray lineage`
 */
export function forwardedFieldOf(context: Context, name: string): string | undefined {
  return context.getValue(keyOf(name)) as string | undefined;
}

/** The context with the part; undefined removes that of an earlier caller. */
export function withForwardedField(
  context: Context,
  name: string,
  value: string | undefined,
): Context {
  if (forwardedFieldOf(context, name) === value) return context;
  return value === undefined
    ? context.deleteValue(keyOf(name))
    : context.setValue(keyOf(name), value);
}

function keyOf(name: string): symbol {
  return createContextKey(`nestjs-traced forwarded field ${name}`);
}
