import { type Context, createContextKey } from '@opentelemetry/api';

const SAMPLING_REQUEST_KEY = createContextKey('nestjs-traced sampling request');
const ROOT_TRACE_ID_KEY = createContextKey('nestjs-traced root trace id');

/**
 * A caller's sampling request that the sampled flag cannot express: `debug` (sample the trace,
 * independently of samplers), `accept` and `deny` (a decision without ids), and `defer` (ids without a
 * decision, so that the receiver decides).
 */
export type SamplingRequest = 'debug' | 'accept' | 'deny' | 'defer';

/** Returns the sampling request that a propagator extracted; undefined if there is none. */
export function samplingRequestOf(context: Context): SamplingRequest | undefined {
  return context.getValue(SAMPLING_REQUEST_KEY) as SamplingRequest | undefined;
}

/**
 * Returns the context with a sampling request. Undefined removes the request of an earlier message,
 * because a request only applies to its own message.
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
 * Returns the trace id for a root span that starts in the context; undefined if the tracer generates it.
 * Some senders choose the id of a trace before it has a span, such as load balancers of AWS.
 */
export function rootTraceIdOf(context: Context): string | undefined {
  return context.getValue(ROOT_TRACE_ID_KEY) as string | undefined;
}

/**
 * Returns the context with a trace id for its root span. Undefined removes the id of an earlier message.
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
 * Returns a part of a caller's header that this process only forwards; undefined if there is none.
 *
 * @param name format and part, such as `x-ray lineage`
 */
export function forwardedFieldOf(context: Context, name: string): string | undefined {
  return context.getValue(keyOf(name)) as string | undefined;
}

/** Returns the context with the part. Undefined removes the part of an earlier message. */
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
