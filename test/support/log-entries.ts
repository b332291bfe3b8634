import { LOG_SINK, type LocalTracer, type LogEntry } from '../../lib/context/index.js';

/** Gives the application of a tracer a log exporter, and returns the entries that it gets. */
export function collectLogEntries(tracer: LocalTracer): LogEntry[] {
  const entries: LogEntry[] = [];
  tracer.application.set(LOG_SINK, { emit: (entry) => void entries.push(entry) });
  return entries;
}

/** The ids of a span, as log lines have them without an option. */
export function idsOf(span: {
  spanContext(): { traceId: string; spanId: string; traceFlags: number };
}): { trace_id: string; span_id: string; trace_flags: string } {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { trace_id: traceId, span_id: spanId, trace_flags: `0${traceFlags}` };
}
