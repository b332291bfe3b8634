import type { SpanRecord } from '../../lib/viewer/analysis/index.js';

/** The event of an exception, as {@link spansOfLines} takes it for a span. */
export function recordedException(
  type: string,
  message: string,
  frame?: string,
): Partial<SpanRecord> {
  const stack = `${type}: ${message}\n    at ${frame ?? 'node:internal/main:1:1'}`;
  const attributes = {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': stack,
  };
  return { events: [{ name: 'exception', timeNanos: 0n, attributes }] };
}
