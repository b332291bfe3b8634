import { type Context, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { samplingRequestOf, withSamplingRequest } from '../context/index.js';

/** The flag of W3C trace context level 2 that says that the trace id is random. */
const RANDOM_FLAG = 0x02;

/**
 * `next`, which a second format gave, but with the caller that a first format found.
 *
 * Where both name the same span they come from one sender that writes several formats. Then what
 * only the second can say is taken over: a trace state, the random flag, a debug request, that
 * nobody has decided yet. A sender would otherwise lose them by writing one format more.
 */
export function withCallerOf(first: Context, next: Context): Context {
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
