import { EventEmitter, errorMonitor } from 'node:events';
import { types } from 'node:util';
import { bindEmitter, contextStorage } from '../context/index.js';
import type { DatabaseOperation } from './database-operation.js';

type Callback = (error: unknown, ...results: unknown[]) => unknown;
type Listen = (event: string | symbol, listener: (value: unknown) => void) => unknown;

/**
 * Sends a query with its span active, and ends the operation when the result is over. Returns and
 * throws what `send` does.
 *
 * @param rowsOf finds the rows in the result, for {@link countRows}
 */
export function sendQuery<T>(
  operation: DatabaseOperation,
  send: () => T,
  rowsOf?: (value: unknown) => unknown,
): T {
  let result: T;
  try {
    result = operation.run(send);
  } catch (error) {
    operation.fail(error);
    throw error;
  }
  return watchResult(operation, result, rowsOf);
}

/**
 * Ends the operation when the result of its query is over.
 *
 * @param rowsOf finds the rows in the result, for {@link countRows}
 * @returns what the caller gets in place of `result`; it behaves the same
 */
export function watchResult<T>(
  operation: DatabaseOperation,
  result: T,
  rowsOf: (value: unknown) => unknown = itself,
): T {
  // Also a promise of another realm, as one that came through Node's `tracingChannel` in a test of jest.
  if (types.isPromise(result)) {
    // The derived promise is returned: a handler on the original would count as handling it, and Node
    // would no longer report a rejection that the user forgot.
    return result.then(
      (value: unknown) => {
        operation.finish(() => countRows(rowsOf(value)));
        return value;
      },
      (error: unknown) => {
        operation.fail(error);
        throw error;
      },
    ) as T;
  }
  if (isEmitter(result)) watchEvents(operation, result);
  else operation.finish(() => countRows(rowsOf(result)));
  return result;
}

function itself(value: unknown): unknown {
  return value;
}

/**
 * Ends the operation when a query that reports by events is over. An error without another listener
 * stays unhandled. A reader that leaves a stream early is not a failure.
 */
export function watchEvents(operation: DatabaseOperation, emitter: { readonly on: Listen }): void {
  emitter.on(errorMonitor, (error) => endStream(operation, error));
  emitter.on('end', () => operation.finish());
  emitter.on('close', () => operation.finish());
  keepContextOfListeners(emitter);
}

const boundEmitters = new WeakSet<object>();

/**
 * Makes the listeners that are added to a query from now on run in the context of the code that adds them. A
 * driver emits in the context of the code that opened the connection, which may belong to another request.
 *
 * @returns the emitter, or any other value, unchanged
 */
export function keepContextOfListeners<T>(emitter: T): T {
  if (!(emitter instanceof EventEmitter) || boundEmitters.has(emitter)) return emitter;
  boundEmitters.add(emitter);
  return bindEmitter(emitter, (listener) => contextStorage.bind(contextStorage.active(), listener));
}

/** Ends the operation of a stream that reported an error. */
export function endStream(operation: DatabaseOperation, error: unknown): void {
  // Node destroys a stream with this error when its reader leaves early.
  if ((error as { code?: unknown } | null | undefined)?.code === 'ABORT_ERR') operation.finish();
  else operation.fail(error);
}

/** A callback that ends the operation and calls the user's in the context of the query's sender. */
export function watchedCallback(operation: DatabaseOperation, callback: Callback): Callback {
  return function (this: unknown, error, ...results) {
    if (error) operation.fail(error);
    else operation.finish(() => countRows(results[0]));
    return operation.runOutside(() => Reflect.apply(callback, this, [error, ...results]));
  };
}

export function isEmitter(value: unknown): value is { readonly on: Listen } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { on?: unknown }).on === 'function'
  );
}

/**
 * The number of rows in a driver's result: `{ rows }` of `pg` and `oracledb`, several of them for several
 * statements, `{ recordset }` of mssql, `[rows, fields]` of `mysql2`, or an array of rows. Undefined for any
 * other result, such as the `[header, undefined]` of a `mysql2` statement that writes.
 */
export function countRows(result: unknown): number | undefined {
  if (!Array.isArray(result)) return rowsIn(result)?.length;
  const [first, second] = result;
  const isPair = result.length === 2 && (second === undefined || Array.isArray(second));
  if (isPair) return Array.isArray(first) ? first.length : undefined;
  if (result.length === 0 || !result.every(isResult)) return result.length;
  return result.reduce((count, { rows }) => count + rows.length, 0);
}

function rowsIn(result: unknown): readonly unknown[] | undefined {
  const { rows, recordset } = (result ?? {}) as { rows?: unknown; recordset?: unknown };
  if (Array.isArray(rows)) return rows;
  return Array.isArray(recordset) ? recordset : undefined;
}

/** The result of one of several statements, and not a row that happens to have a column `rows`. */
function isResult(value: unknown): boolean {
  return rowsIn(value) !== undefined && Array.isArray((value as { fields?: unknown }).fields);
}
