import { type Context, type SpanContext, type TraceState, trace } from '@opentelemetry/api';
import {
  RemoteSpan,
  type SamplingRequest,
  withRootTraceId,
  withSamplingRequest,
} from '../context/index.js';

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

/**
 * Returns the context with the id of a trace whose root span starts here, as senders without spans choose it.
 *
 * @param traceId a valid trace id
 * @param isSampled the decision of the sender; undefined if there is none
 */
export function withRootOfTrace(
  context: Context,
  traceId: string,
  isSampled: boolean | undefined,
): Context {
  const request = isSampled === undefined ? undefined : isSampled ? 'accept' : 'deny';
  return withRootTraceId(withSamplingRequest(context, request), traceId);
}
