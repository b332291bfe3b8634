import { contextStorage } from '../context/index.js';
import type { TransactionSpan } from './typeorm/transaction-span.js';

/**
 * Does what is sent on a connection: sent from where the connection's transaction was begun, it is part
 * of the transaction; what is sent from elsewhere knows its place.
 *
 * @param transaction undefined if none runs on the connection
 */
export function withinTransaction<T>(transaction: TransactionSpan | undefined, work: () => T): T {
  if (transaction === undefined) return work();
  const isAtBeginning = contextStorage.active().span === transaction.outside.span;
  return isAtBeginning ? transaction.run(work) : work();
}
