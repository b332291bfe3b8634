import { type Context, createContextKey } from '@opentelemetry/api';

const ROOT_TRACE_ID_KEY = createContextKey('nestjs-traced root trace id');

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
