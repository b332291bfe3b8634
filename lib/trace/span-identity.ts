import type { SpanContext, TraceState } from '@opentelemetry/api';

/** What a tracer knows of a span when it makes it. */
export interface SpanIdentity {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState: TraceState | undefined;
  readonly parentSpanContext: SpanContext | undefined;
}

/** What other processes see of a span; without the key `traceState` where there is none. */
export function createSpanContext(
  traceId: string,
  spanId: string,
  traceFlags: number,
  traceState: TraceState | undefined,
): SpanContext {
  return traceState === undefined
    ? { traceId, spanId, traceFlags }
    : { traceId, spanId, traceFlags, traceState };
}
