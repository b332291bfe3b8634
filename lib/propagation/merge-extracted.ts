import { type Context, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { samplingRequestOf, withSamplingRequest } from '../context/index.js';

/** The random flag of W3C trace context level 2. */
const RANDOM_FLAG = 0x02;

/**
 * Returns the context `next`, which a second format extracted, with the caller's span of a first format.
 *
 * If both formats contain the same span, one sender wrote both. Then data that only the second format
 * contains is kept: the trace state, the random flag, a debug request, or a deferred decision. Otherwise
 * a sender would lose them by sending an additional format.
 */
export function mergeExtracted(first: Context, next: Context): Context {
  const span = trace.getSpan(first);
  const nextSpan = trace.getSpan(next);
  const request = samplingRequestOf(first);
  if (span === undefined || nextSpan === span) return withSamplingRequest(next, request);
  const caller = span.spanContext();
  const other = nextSpan?.spanContext();
  if (other === undefined || !isSameSpan(caller, other)) {
    return withSamplingRequest(trace.setSpan(next, span), request);
  }
  const completed = trace.setSpanContext(next, complete(caller, other));
  const otherRequest = samplingRequestOf(next);
  const isUndecided = otherRequest === 'defer' && (caller.traceFlags & TraceFlags.SAMPLED) === 0;
  const isTaken = otherRequest === 'debug' || (request === undefined && isUndecided);
  return withSamplingRequest(completed, isTaken ? otherRequest : request);
}

function isSameSpan(one: SpanContext, other: SpanContext): boolean {
  return one.traceId === other.traceId && one.spanId === other.spanId;
}

function complete(caller: SpanContext, other: SpanContext): SpanContext {
  return {
    ...caller,
    traceFlags: caller.traceFlags | (other.traceFlags & RANDOM_FLAG),
    traceState: caller.traceState ?? other.traceState,
  };
}
