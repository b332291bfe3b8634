import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { contextStorage } from '../context/index.js';
import {
  DB_NAMESPACE,
  DB_SYSTEM_NAME,
  ERROR_TYPE,
  SERVER_ADDRESS,
  SERVER_PORT,
} from './attributes.js';
import type { DatabaseHandler } from './database.handler.js';
import { describeDatabaseError } from './database-error.js';
import { isInsideQuery } from './database-operation.js';
import type { DatabaseSource } from './database-options.js';

/**
 * Tells of a query that was never sent, because no connection was to be had: a CLIENT span `connect`
 * of the time that was waited. It is made only now, as waits that end well are to have none. Never throws.
 *
 * @param startEpochMillis since when a connection was waited for
 */
export function recordLostConnection(
  { tracer }: DatabaseHandler,
  source: DatabaseSource,
  startEpochMillis: number,
  error: unknown,
): void {
  const outside = contextStorage.active();
  if (tracer === undefined || isInsideQuery(outside)) return;
  const { system, namespace, serverAddress, serverPort } = source;
  const { type, message } = describeDatabaseError(error);
  const attributes: Attributes = {
    [DB_SYSTEM_NAME]: system,
    [DB_NAMESPACE]: namespace,
    [SERVER_ADDRESS]: serverAddress,
    [SERVER_PORT]: serverPort,
    [ERROR_TYPE]: type,
  };
  const name = namespace === undefined ? 'connect' : `connect ${namespace}`;
  const options = { kind: SpanKind.CLIENT, attributes, startTime: startEpochMillis };
  const span = tracer.startSpan(name, options, outside);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.end();
}
