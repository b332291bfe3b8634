import { type Context, type SpanContext, type TraceState, trace } from '@opentelemetry/api';
import { type SamplingRequest, withSamplingRequest } from '../context/index.js';

/** Returns the context with the caller's span, which becomes the parent of new spans. */
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
