import {
  type Context,
  createContextKey,
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

/**
 * What the caller asked for beyond the sampled flag, where its format can say it: `debug` (sample
 * this trace, whatever samplers say), `accept` and `deny` (a decision that came without ids), and
 * `defer` (ids came without a decision, so it is made here).
 */
export type SamplingRequest = 'debug' | 'accept' | 'deny' | 'defer';

// Propagators write under a key of the same name; `createContextKey` gives both the same symbol.
const SAMPLING_REQUEST_KEY = createContextKey('nestjs-traced sampling request');

/** What the caller asked for; undefined where it asked nothing. */
export function samplingRequestOf(context: Context): SamplingRequest | undefined {
  return context.getValue(SAMPLING_REQUEST_KEY) as SamplingRequest | undefined;
}
