import {
  type Context,
  INVALID_SPANID,
  isSpanContextValid,
  type SpanContext,
  trace,
} from '@opentelemetry/api';

/**
 * The parent of the span to be made; undefined for the root of a trace, also where the context
 * holds a span without valid ids.
 *
 * @param traceId of the span to be made
 */
export function parentOf(context: Context, traceId: string): SpanContext | undefined {
  const parent = trace.getSpanContext(context);
  if (parent === undefined) return undefined;
  // A tracer goes on with a trace id only when the parent is valid, so equal ids spare the check.
  if (parent.traceId === traceId && parent.spanId !== INVALID_SPANID) return parent;
  return isSpanContextValid(parent) ? parent : undefined;
}
