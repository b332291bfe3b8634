import { contextStorage, withDescribedRequests } from '../context/index.js';
import type { DatabaseOperation } from './database-operation.js';

/**
 * Sends a query to a database that speaks HTTP, with its span active. The HTTP requests carry the context of that
 * span and have no spans and durations of their own: the query describes them, and their URLs contain values.
 */
export function sendOverHttp<T>(operation: DatabaseOperation, send: () => T): T {
  return operation.run(() =>
    contextStorage.run(withDescribedRequests(contextStorage.active(), operation), send),
  );
}
