import { type Attributes, type HrTime, type SpanContext, SpanKind } from '@opentelemetry/api';
import type { LogSink } from '../context/index.js';
import { EXCEPTION_EVENT, messageOfException } from './exception.js';

/** How the exceptions of an application are exported. */
export interface ExceptionExport {
  /** Whether they are events of their span. */
  readonly asEvents: boolean;
  /** Takes them as log records; undefined if they are events only. */
  readonly logs: LogSink | undefined;
}

export const EXCEPTIONS_AS_EVENTS: ExceptionExport = { asEvents: true, logs: undefined };

// Spec: `logs/data-model.md#field-severitynumber`.
const WARN = { severityNumber: 13, severityText: 'WARN' };
const ERROR = { severityNumber: 17, severityText: 'ERROR' };

/**
 * Emits an exception of a span as a log record. The code that calls a client or a producer is expected to
 * handle its exceptions, so these are warnings.
 *
 * Semantic conventions 1.45.0, `docs/exceptions/exceptions-logs.md`.
 */
export function emitException(
  logs: LogSink,
  attributes: Attributes,
  kind: SpanKind,
  spanContext: SpanContext,
  time: HrTime,
): void {
  const isWarning = kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
  const severity = isWarning ? WARN : ERROR;
  const body = messageOfException(attributes);
  logs.emit({ ...severity, eventName: EXCEPTION_EVENT, body, attributes, spanContext, time });
}
