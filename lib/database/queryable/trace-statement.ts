import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import { watchResult } from './watch-query.js';

type Method = (this: unknown, ...values: unknown[]) => unknown;

/** What runs a prepared statement; each call is a query. */
const RUNNING = new Set<PropertyKey>(['run', 'get', 'all', 'values', 'iterate']);

/**
 * A prepared statement whose runs have spans, as those of better-sqlite3 and `node:sqlite`; anything
 * else is handed back as it is.
 *
 * @param text what was prepared
 */
export function traceStatement(
  statement: unknown,
  text: unknown,
  handler: DatabaseHandler,
): unknown {
  if (typeof statement !== 'object' || statement === null || typeof text !== 'string') {
    return statement;
  }
  if (typeof (statement as { all?: unknown }).all !== 'function') return statement;
  const standIn: object = new Proxy(statement, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return (...values: unknown[]): unknown => {
        const call = (): unknown => Reflect.apply(value as Method, target, values);
        const result = RUNNING.has(key) ? runStatement(call, text, values, handler) : call();
        // `bind` and the like hand back the statement.
        return result === target ? standIn : result;
      };
    },
  });
  return standIn;
}

function runStatement(
  call: () => unknown,
  text: string,
  parameters: readonly unknown[],
  handler: DatabaseHandler,
): unknown {
  const operation = handler.begin({ text, parameters });
  if (operation === undefined) return call();
  try {
    const result = call();
    return isIterator(result) ? watchIterator(operation, result) : watchResult(operation, result);
  } catch (error) {
    operation.fail(error);
    throw error;
  }
}

function isIterator(value: unknown): value is IterableIterator<unknown> {
  return typeof (value as { next?: unknown } | null | undefined)?.next === 'function';
}

/** The rows one by one; the operation ends with the last, or when they are left early. */
function watchIterator(
  operation: DatabaseOperation,
  rows: IterableIterator<unknown>,
): IterableIterator<unknown> {
  let count = 0;
  return {
    [Symbol.iterator]() {
      return this;
    },
    next() {
      try {
        const result = rows.next();
        if (result.done === true) operation.finish(() => count);
        else count++;
        return result;
      } catch (error) {
        operation.fail(error);
        throw error;
      }
    },
    return(value?: unknown) {
      operation.finish(() => count);
      return rows.return?.(value) ?? { done: true, value };
    },
  };
}
