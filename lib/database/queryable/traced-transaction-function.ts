import type { DatabaseHandler } from '../database.handler.js';
import type { Method } from '../stand-in.js';
import { TransactionSpan } from '../transaction-span.js';

/**
 * The function that `transaction(work)` of better-sqlite3 returns, with a span around each call and each
 * call of its variants `deferred`, `immediate` and `exclusive`. A call inside a transaction is a savepoint
 * and has no span. better-sqlite3 sends BEGIN and COMMIT itself, out of sight.
 *
 * @param client tells whether it is in a transaction
 */
export function tracedTransactionFunction(
  original: Method,
  client: object,
  handler: DatabaseHandler,
): Method {
  const known = new Map<unknown, Method>();
  const trace = (method: Method): Method => {
    const traced: Method = known.get(method) ?? withSpan(method, client, handler);
    if (known.has(method)) return traced;
    known.set(method, traced);
    // Not a proxy, which may not change the members: they are not configurable.
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(method))) {
      if (name === 'prototype') continue;
      const { value, enumerable } = member;
      const isVariant = VARIANTS.has(name) && typeof value === 'function';
      Object.defineProperty(traced, name, {
        configurable: true,
        enumerable: enumerable === true,
        // A variant has all of them as members again.
        ...(isVariant ? { get: () => trace(value as Method) } : { value }),
      });
    }
    return traced;
  };
  return trace(original);
}

function withSpan(original: Method, client: object, handler: DatabaseHandler): Method {
  return function (this: unknown, ...values) {
    const call = (): unknown => Reflect.apply(original, this, values);
    const { inTransaction } = client as { inTransaction?: unknown };
    const transaction = inTransaction === true ? undefined : TransactionSpan.begin(handler);
    if (transaction === undefined) return call();
    try {
      return transaction.run(call);
    } finally {
      transaction.end();
    }
  };
}

const VARIANTS = new Set(['default', 'deferred', 'immediate', 'exclusive']);
