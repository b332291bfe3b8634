import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import { createStandIn } from '../stand-in.js';
import { isEmitter, watchResult } from '../watch-query.js';
import { type QueryCall, readExecuteArguments } from './query-arguments.js';
import { runQuery } from './run-query.js';

/** The methods of better-sqlite3 and `node:sqlite` that run a statement. Each call is a query. */
const RUNNING = new Set<PropertyKey>(['run', 'get', 'all', 'values', 'iterate']);

/**
 * A prepared statement whose runs have spans, as of better-sqlite3, `node:sqlite` and `mysql2`. Any other
 * value is returned unchanged.
 *
 * @param text the text that was prepared
 */
export function tracedStatement(
  statement: unknown,
  text: string | undefined,
  handler: DatabaseHandler,
): unknown {
  if (!isStatement(statement) || text === undefined) return statement;
  const readCall = (values: readonly unknown[]): QueryCall => readExecuteArguments(text, values);
  return createStandIn(statement, (name, original) => {
    if (RUNNING.has(name)) {
      return (values) => {
        const run = (): unknown => Reflect.apply(original, statement, values);
        return runAtOnce(run, text, values, handler);
      };
    }
    if (name === 'execute') {
      return (values) => runQuery(handler, readCall, original, statement, values, false, true);
    }
    if (name === 'constructor' || Object.hasOwn(statement, name)) return undefined;
    return (values) => Reflect.apply(original, statement, values);
  });
}

/** An emitter is the command that `mysql2` returns from `prepare` with a callback. */
function isStatement(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isEmitter(value)) return false;
  const { all, execute } = value as { all?: unknown; execute?: unknown };
  return typeof all === 'function' || typeof execute === 'function';
}

function runAtOnce(
  run: () => unknown,
  text: string,
  parameters: readonly unknown[],
  handler: DatabaseHandler,
): unknown {
  const operation = handler.begin({ text, parameters });
  if (operation === undefined) return run();
  try {
    const result = run();
    return isIterator(result) ? watchIterator(operation, result) : watchResult(operation, result);
  } catch (error) {
    operation.fail(error);
    throw error;
  }
}

function isIterator(value: unknown): value is IterableIterator<unknown> {
  return typeof (value as { next?: unknown } | null | undefined)?.next === 'function';
}

/** The same rows. The operation ends after the last row, or when the caller stops early. */
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
