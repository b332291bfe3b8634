import type { Span } from '@opentelemetry/api';
import {
  contextStorage,
  currentTracer,
  isLocalSpan,
  type TracingContext,
} from '../context/index.js';
import { DEFAULT_LOG_FIELDS, type LogFields, type LogFieldValues } from './log-fields.js';
import { LOGGING, type LoggingSettings } from './logging-settings.js';

/**
 * Returns the fields of the active span: a new object, which the caller may change.
 *
 * @param own the fields of the logger itself; undefined for those of the span's application
 * @returns undefined outside a span, and inside one that belongs to no trace
 */
export function activeFields(own: LogFields | undefined): LogFieldValues | undefined {
  const context = contextStorage.active();
  return context.span === undefined ? undefined : fieldsOf(context, context.span, own);
}

/** Returns the fields like {@link activeFields}, for a context that was active earlier. */
export function fieldsIn(
  context: TracingContext,
  own: LogFields | undefined,
): LogFieldValues | undefined {
  return context.span === undefined ? undefined : fieldsOf(context, context.span, own);
}

function fieldsOf(
  context: TracingContext,
  span: Span,
  own: LogFields | undefined,
): LogFieldValues | undefined {
  const spanContext = span.spanContext();
  if (isWithoutTrace(spanContext.traceId)) return undefined;
  const fields = own ?? settingsOf(span)?.fields ?? DEFAULT_LOG_FIELDS;
  try {
    return fields(spanContext, context);
  } catch (error) {
    // A function of the user.
    currentTracer()?.diagnostics.report(
      'The function for the fields of log lines threw; these lines have no ids of their span',
      error,
    );
    return undefined;
  }
}

/** Compares the first digits before all of them: nearly every id differs in them from that of no trace. */
function isWithoutTrace(traceId: string): boolean {
  return traceId.length !== 32 || (traceId.startsWith('00000000') && /^0+$/.test(traceId));
}

function settingsOf(span: Span): LoggingSettings | undefined {
  const tracer = isLocalSpan(span) ? span.tracer : currentTracer();
  return tracer?.application.get(LOGGING);
}
