import { joinTransaction, TransactionSpan } from '../transaction-span.js';
import type { EntityManagerShape } from './data-source-shape.js';

type Work = (manager: EntityManagerShape, ...rest: unknown[]) => unknown;

const managers = new WeakSet<object>();

/**
 * Makes the callback of an entity manager's `transaction` run inside the span of the transaction, so that
 * spans of the callback are below it. Tracing a manager again changes nothing.
 *
 * @returns a function that undoes it
 */
export function traceTransactionsOf(
  manager: EntityManagerShape | undefined,
  isActive: () => boolean,
): () => void {
  const original = manager?.transaction as ((...values: unknown[]) => Promise<unknown>) | undefined;
  if (manager === undefined || typeof original !== 'function' || managers.has(manager)) {
    return () => {};
  }
  managers.add(manager);
  const own = Object.getOwnPropertyDescriptor(manager, 'transaction');
  const transaction = function (this: unknown, ...values: unknown[]): Promise<unknown> {
    const passed = isActive() ? values.map(inTransaction) : values;
    return Reflect.apply(original, this, passed);
  };
  Object.defineProperty(manager, 'transaction', {
    configurable: true,
    writable: true,
    value: transaction,
  });
  return () => {
    managers.delete(manager);
    if ((manager as { transaction: unknown }).transaction !== transaction) return;
    if (own !== undefined) Object.defineProperty(manager, 'transaction', own);
    else Reflect.deleteProperty(manager, 'transaction');
  };
}

function inTransaction(value: unknown): unknown {
  if (typeof value !== 'function') return value;
  const work = value as Work;
  return (manager: EntityManagerShape, ...rest: unknown[]): unknown => {
    const proceed = (): unknown => work(manager, ...rest);
    // The callback of a nested transaction already runs inside the span.
    return joinTransaction(TransactionSpan.of(manager?.queryRunner), proceed);
  };
}
