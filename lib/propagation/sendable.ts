import type { Context, SpanContext } from '@opentelemetry/api';
import { isLocalSpan, spanOf } from '../context/index.js';
import { isSpanId, isTraceId, SPAN_ID_LENGTH, TRACE_ID_LENGTH } from './hex.js';

const DIGIT_0 = 0x30;

/**
 * Returns the span context to inject for `context`; undefined if there is none, or if its ids are invalid.
 */
export function sendableSpanContext(context: Context): SpanContext | undefined {
  const span = spanOf(context);
  if (span === undefined) return undefined;
  const spanContext = span.spanContext();
  const { traceId, spanId } = spanContext;
  // Ids of spans of this library always consist of digits; checking each digit would double the time.
  const isValid =
    hasLength(traceId, TRACE_ID_LENGTH) &&
    hasLength(spanId, SPAN_ID_LENGTH) &&
    isNotZero(traceId) &&
    isNotZero(spanId) &&
    (isLocalSpan(span) || (isTraceId(traceId) && isSpanId(spanId)));
  return isValid ? spanContext : undefined;
}

/** Ids of foreign tracers can have any type, so the type is checked too. */
function hasLength(id: unknown, length: number): boolean {
  return typeof id === 'string' && id.length === length;
}

function isNotZero(id: string): boolean {
  for (let i = 0; i < id.length; i++) {
    if (id.charCodeAt(i) !== DIGIT_0) return true;
  }
  return false;
}
