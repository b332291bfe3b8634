import { type Context, type SpanContext, type TraceState, trace } from '@opentelemetry/api';
import { RemoteSpan, type SamplingRequest, withSamplingRequest } from '../context/index.js';

/** Returns the context with the caller's span, which becomes the parent of new spans. The ids must be valid. */
export function withRemoteSpan(
  context: Context,
  traceId: string,
  spanId: string,
  traceFlags: number,
  traceState?: TraceState,
  request?: SamplingRequest,
): Context {
  const spanContext: SpanContext = { traceId, spanId, traceFlags, isRemote: true, traceState };
  return withSamplingRequest(trace.setSpan(context, new RemoteSpan(spanContext)), request);
}
