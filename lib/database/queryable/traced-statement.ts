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

/**
 * The store of `createTagStore` of `node:sqlite`, whose methods are templates: store.all`SELECT ${id}`. Any
 * other value is returned unchanged.
 */
export function tracedTagStore(store: unknown, handler: DatabaseHandler): unknown {
  if (!isStatement(store)) return store;
  return createStandIn(store, (name, original) => {
    const call = (values: unknown[]): unknown => Reflect.apply(original, store, values);
    if (!RUNNING.has(name)) return name === 'constructor' ? undefined : call;
    return (values) => {
      const [strings, ...parameters] = values;
      if (!Array.isArray(strings)) return call(values);
      return runAtOnce(() => call(values), strings.join('?'), parameters, handler);
    };
  });
}

function runAtOnce(
  run: () => unknown,
  text: string,
  values: readonly unknown[],
  handler: DatabaseHandler,
): unknown {
  const operation = handler.begin({ text, parameters: parametersIn(values) as never });
  if (operation === undefined) return run();
  try {
    const result = run();
    return isIterator(result) ? watchIterator(operation, result) : watchResult(operation, result);
  } catch (error) {
    operation.fail(error);
    throw error;
  }
}

/** An object has named parameters. */
function parametersIn(values: readonly unknown[]): unknown {
  const [first] = values;
  const isNamed =
    values.length === 1 &&
    typeof first === 'object' &&
    first !== null &&
    !Array.isArray(first) &&
    !ArrayBuffer.isView(first);
  return isNamed ? first : values;
}

/** What all iterators inherit: in Node 22 and later, methods such as `map` and `toArray`. */
const ITERATOR_PROTOTYPE = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object;

function isIterator(value: unknown): value is IterableIterator<unknown> {
  return typeof (value as { next?: unknown } | null | undefined)?.next === 'function';
}

/** The same rows. The operation ends after the last row, or when the caller stops early. */
function watchIterator(
  operation: DatabaseOperation,
  rows: IterableIterator<unknown>,
): IterableIterator<unknown> {
  let count = 0;
  const traced = {
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
  return Object.setPrototypeOf(traced, ITERATOR_PROTOTYPE);
}
