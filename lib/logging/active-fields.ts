import type { Span } from '@opentelemetry/api';
import {
  contextStorage,
  currentTracer,
  isLocalSpan,
  lastRunningTracer,
  type TracingContext,
} from '../context/index.js';
import type { FieldText, LogFieldValues } from './field-text.js';
import { DEFAULT_LOG_FIELDS, type LogFields } from './log-fields.js';
import { LOGGING } from './logging-settings.js';

/**
 * Returns the fields of the active span: a new object, which the caller may change.
 *
 * @param own the fields of the logger itself; undefined for those of the span's application
 * @returns undefined outside a span, and inside one that belongs to no trace
 */
export function activeFields(own: LogFields | undefined): LogFieldValues | undefined {
  return fieldsIn(contextStorage.active(), own);
}

/** Returns the fields like {@link activeFields}, for a context that was active earlier. */
export function fieldsIn(
  context: TracingContext,
  own: LogFields | undefined,
): LogFieldValues | undefined {
  const { span } = context;
  if (span === undefined) return undefined;
  const spanContext = span.spanContext();
  if (isWithoutTrace(spanContext.traceId)) return undefined;
  try {
    return (own ?? fieldsOf(span)).values(spanContext, context);
  } catch (error) {
    return reportFailure(error);
  }
}

/** Returns the fields like {@link activeFields}, as text. */
export function activeFieldText(own: LogFields | undefined): FieldText | undefined {
  const context = contextStorage.active();
  const { span } = context;
  if (span === undefined) return undefined;
  const spanContext = span.spanContext();
  if (isWithoutTrace(spanContext.traceId)) return undefined;
  try {
    return (own ?? fieldsOf(span)).text(spanContext, context);
  } catch (error) {
    return reportFailure(error);
  }
}

/** A function of the user has thrown. */
function reportFailure(error: unknown): undefined {
  currentTracer()?.diagnostics.report(
    'The function for the fields of log lines threw; these lines have no ids of their span',
    error,
  );
}

/** Compares the first digits before all of them: nearly every id differs in them from that of no trace. */
function isWithoutTrace(traceId: string): boolean {
  return traceId.length !== 32 || (traceId.startsWith('00000000') && /^0+$/.test(traceId));
}

function fieldsOf(span: Span): LogFields {
  const tracer = isLocalSpan(span) ? span.tracer : lastRunningTracer();
  return tracer?.application.get(LOGGING)?.fields ?? DEFAULT_LOG_FIELDS;
}
