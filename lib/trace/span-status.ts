import { type SpanStatus, SpanStatusCode } from '@opentelemetry/api';

/** The initial status of a span. */
export const STATUS_UNSET: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });

/**
 * The status of a span after `setStatus`: OK is final, UNSET is ignored, and only ERROR keeps its
 * message. Spec: `trace/api.md#set-status`.
 */
export function nextStatus(current: SpanStatus, wanted: SpanStatus | undefined): SpanStatus {
  if (current.code === SpanStatusCode.OK) return current;
  switch (wanted?.code) {
    case SpanStatusCode.OK:
      return { code: SpanStatusCode.OK };
    case SpanStatusCode.ERROR:
      return typeof wanted.message === 'string'
        ? { code: SpanStatusCode.ERROR, message: wanted.message }
        : { code: SpanStatusCode.ERROR };
    default:
      return current;
  }
}
