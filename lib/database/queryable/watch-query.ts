import { errorMonitor } from 'node:events';
import { contextStorage } from '../../context/index.js';
import type { DatabaseOperation } from '../database-operation.js';

type Callback = (error: unknown, ...results: unknown[]) => unknown;
type Listen = (event: string | symbol, listener: (value: unknown) => void) => unknown;

/**
 * Ends the operation when what `query` returned is over.
 *
 * @returns what the caller is given in the place of `result`; it behaves the same
 */
export function watchResult<T>(operation: DatabaseOperation, result: T): T {
  if (result instanceof Promise) {
    // The derived promise is handed on: a handler on the original would count as handling it, and
    // Node would no longer report a rejection that the user forgot.
    return result.then(
      (value: unknown) => {
        operation.finish(() => countRows(value));
        return value;
      },
      (error: unknown) => {
        operation.fail(error);
        throw error;
      },
    ) as T;
  }
  if (isEmitter(result)) watchEvents(operation, result);
  else operation.finish(() => countRows(result));
  return result;
}

/**
 * Ends the operation when the query that says how it goes by events is over. Listens to errors in a way
 * that leaves them unhandled where nobody else does.
 */
export function watchEvents(operation: DatabaseOperation, emitter: { readonly on: Listen }): void {
  emitter.on(errorMonitor, (error) => operation.fail(error));
  emitter.on('end', () => operation.finish());
  emitter.on('close', () => operation.finish());
}

/** The user's callback, which ends the operation and runs in the context of whoever sent the query. */
export function watchCallback(operation: DatabaseOperation, callback: Callback): Callback {
  return function (this: unknown, error, ...results) {
    if (error) operation.fail(error);
    else operation.finish(() => countRows(results[0]));
    return contextStorage.run(operation.outside, () =>
      Reflect.apply(callback, this, [error, ...results]),
    );
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
 * How many rows came back: `{ rows }` of `pg`, `[rows, fields]` of `mysql2` with promises, rows by
 * themselves. Undefined for what is none of these, such as the `[header, undefined]` of a `mysql2` that
 * has written.
 */
export function countRows(result: unknown): number | undefined {
  if (Array.isArray(result)) {
    if (Array.isArray(result[0])) return result[0].length;
    return result.length === 2 && result[1] === undefined ? undefined : result.length;
  }
  const rows = (result as { rows?: unknown } | null | undefined)?.rows;
  return Array.isArray(rows) ? rows.length : undefined;
}
