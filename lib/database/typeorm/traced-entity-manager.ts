import { contextStorage } from '../../context/index.js';
import type { EntityManagerShape } from './data-source-shape.js';
import { TransactionSpan } from './transaction-span.js';

type Work = (manager: EntityManagerShape, ...rest: unknown[]) => unknown;

const managers = new WeakSet<object>();

/**
 * Makes the functions that an entity manager's `transaction` is given run inside the transaction's span,
 * so that whatever they trace stands in it. Doing it again changes nothing.
 *
 * @returns what undoes it
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
    const transaction = TransactionSpan.of(manager?.queryRunner);
    const proceed = (): unknown => work(manager, ...rest);
    // In a transaction within another one the work has its place already.
    const isAtBeginning = contextStorage.active().span === transaction?.outside.span;
    return transaction !== undefined && isAtBeginning ? transaction.run(proceed) : proceed();
  };
}
