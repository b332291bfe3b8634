import { type Context, type SpanContext, type TraceState, trace } from '@opentelemetry/api';
import { type SamplingRequest, withSamplingRequest } from '../context/index.js';

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
