import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '../../trace/index.js';
import { toMillis } from '../hr-time.js';

/**
 * A span as plain data for `renderTrace`. Create records from spans of one or several services to draw
 * them as one trace.
 */
export interface TraceRecord {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Undefined for the root of the trace. */
  readonly parentSpanId?: string;
  /** The name of the operation. */
  readonly name: string;
  /** The name of the service. @default undefined: no service is shown */
  readonly service?: string;
  /** Epoch milliseconds with a fraction. */
  readonly startEpochMillis: number;
  /** Duration from the start to the end of the span, in milliseconds with a fraction. */
  readonly durationMillis: number;
  /** The status of the span. @default 'unset' */
  readonly status?: 'unset' | 'ok' | 'error';
  /** The error message, for the status 'error'. */
  readonly error?: string;
  /** Additional text after the name, such as `404 /cats`. @default no text */
  readonly note?: string;
}

const STATUSES = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
} as const;

// Semantic conventions 1.45.0, `docs/resource/README.md`, `docs/exceptions/exceptions-spans.md`.
const SERVICE_NAME = 'service.name';
const EXCEPTION_EVENT = 'exception';
const EXCEPTION_TYPE = 'exception.type';
const EXCEPTION_MESSAGE = 'exception.message';
const ERROR_TYPE = 'error.type';
// `docs/http/http-spans.md`.
const HTTP_ROUTE = 'http.route';
const HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
const URL_PATH = 'url.path';

/** Converts an ended span to a {@link TraceRecord}. */
export function toTraceRecord(span: ReadableSpan): TraceRecord {
  const { traceId, spanId } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId;
  const service = span.resource.attributes[SERVICE_NAME];
  const error = span.status.code === SpanStatusCode.ERROR ? describeError(span) : undefined;
  const note = noteOf(span);
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: span.name,
    ...(typeof service === 'string' ? { service } : {}),
    startEpochMillis: toMillis(span.startTime),
    durationMillis: toMillis(span.duration),
    status: STATUSES[span.status.code] ?? 'unset',
    ...(error === undefined ? {} : { error }),
    ...(note === undefined ? {} : { note }),
  };
}

/** Returns, for an HTTP server span, a status code from 400 on, and the path if there is no route. */
function noteOf({ kind, attributes }: ReadableSpan): string | undefined {
  if (kind !== SpanKind.SERVER) return undefined;
  const statusCode = attributes[HTTP_RESPONSE_STATUS_CODE];
  const path = attributes[HTTP_ROUTE] === undefined ? attributes[URL_PATH] : undefined;
  const parts = [
    typeof statusCode === 'number' && statusCode >= 400 ? String(statusCode) : '',
    typeof path === 'string' ? path : '',
  ];
  return parts.filter((part) => part !== '').join(' ') || undefined;
}

/** Returns the last recorded exception, otherwise the message of the status. */
function describeError(span: ReadableSpan): string | undefined {
  const exception = span.events.findLast(({ name }) => name === EXCEPTION_EVENT)?.attributes;
  const type = exception?.[EXCEPTION_TYPE] ?? span.attributes[ERROR_TYPE];
  const message = exception?.[EXCEPTION_MESSAGE] ?? span.status.message;
  const parts = [type, message].filter((part) => typeof part === 'string' && part !== '');
  return parts.length === 0 ? undefined : parts.join(': ');
}
