import { SpanKind, type TimeInput } from '@opentelemetry/api';
import { contextStorage, type LocalTracer, withLibraryWork } from '../context/index.js';
import { describeDatabaseError, setFailure } from './database-error.js';
import { attributesOfSource, type DatabaseSource } from './database-source.js';
import { maskErrors } from './mask-errors.js';

/**
 * Records a CLIENT span `connect` for a failed wait for a connection. Never throws.
 *
 * @param handler without a tracer the wait has no span
 * @param startTime the start of the wait
 */
export function recordFailedConnect(
  { tracer, source }: { readonly tracer: LocalTracer | undefined; readonly source: DatabaseSource },
  startTime: TimeInput,
  error: unknown,
): void {
  if (tracer === undefined) return;
  const { type, message } = describeDatabaseError(error);
  maskErrors(error);
  const span = tracer.startSpan(connectNameOf(source), {
    kind: SpanKind.CLIENT,
    attributes: attributesOfSource(source),
    startTime,
  });
  setFailure(span, { type, statusCode: undefined, message });
  span.end();
}

/** The name of the span of a wait for a connection. */
export function connectNameOf({ namespace }: DatabaseSource): string {
  return namespace === undefined ? 'connect' : `connect ${namespace}`;
}

/**
 * Runs what a query builder does to get a connection, such as a query that checks whether it still works. The driver
 * publishes that too, and it has no span.
 */
export function acquireUnseen<T>(acquire: () => T): T {
  return contextStorage.run(withLibraryWork(contextStorage.active()), acquire);
}
