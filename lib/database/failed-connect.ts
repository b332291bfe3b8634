import { SpanKind } from '@opentelemetry/api';
import { contextStorage, withLibraryWork } from '../context/index.js';
import type { DatabaseHandler } from './database.handler.js';
import { describeDatabaseError, setFailure } from './database-error.js';
import { attributesOfSource } from './database-source.js';
import { maskErrors } from './mask-errors.js';

/**
 * The time for {@link recordFailedConnect}. Taken once: tests that replace the clock of `Date` must not
 * shift spans.
 */
export const epochMillis = Date.now;

/**
 * Records a CLIENT span `connect` for a failed wait for a connection. Created afterwards, so successful
 * waits produce no span. Never throws.
 *
 * @param startEpochMillis the start of the wait
 */
export function recordFailedConnect(
  { tracer, source }: DatabaseHandler,
  startEpochMillis: number,
  error: unknown,
): void {
  if (tracer === undefined) return;
  const { type, message } = describeDatabaseError(error);
  maskErrors(error);
  const { namespace } = source;
  const span = tracer.startSpan(namespace === undefined ? 'connect' : `connect ${namespace}`, {
    kind: SpanKind.CLIENT,
    attributes: attributesOfSource(source),
    startTime: startEpochMillis,
  });
  setFailure(span, { type, statusCode: undefined, message });
  span.end();
}

/**
 * Runs what a query builder does to get a connection, such as a query that checks whether it still works. The driver
 * publishes that too, and it has no span.
 */
export function acquireUnseen<T>(acquire: () => T): T {
  return contextStorage.run(withLibraryWork(contextStorage.active()), acquire);
}
