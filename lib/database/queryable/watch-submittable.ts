import { contextStorage } from '../../context/index.js';
import type { DatabaseOperation } from '../database-operation.js';
import type { Method } from '../stand-in.js';
import { isEmitter, watchEvents, watchedCallback } from '../watch-query.js';

/** The members of a query object that `pg` calls or that report what became of the query. */
interface Submittable {
  callback?: unknown;
  handleError?: unknown;
  handleReadyForQuery?: unknown;
  read?: unknown;
  close?: unknown;
  readonly cursor?: unknown;
}

/**
 * Ends the operation when a query object of `pg` is over that submits itself: a `Query`, a cursor, a stream, or one
 * of the user. Hides methods of the object behind ones that call them.
 *
 * @returns false for an object that reports neither its end nor an error
 */
export function watchSubmittable(operation: DatabaseOperation, submittable: object): boolean {
  const query = submittable as Submittable;
  // The client calls this for every kind of query. A cursor without listeners tells nobody else.
  wrap(query, 'handleError', ([error], proceed) => {
    operation.fail(error);
    return proceed();
  });
  let isWatched = wrap(query, 'handleReadyForQuery', (_, proceed) => {
    // A callback, which knows the rows, comes first.
    const result = proceed();
    operation.finish();
    return result;
  });
  if (typeof query.callback === 'function') {
    query.callback = watchedCallback(operation, query.callback as never);
    isWatched = true;
  }
  if (isEmitter(submittable)) {
    watchEvents(operation, submittable);
    isWatched = true;
  }
  // A cursor calls back in the context of the code that opened the connection. A stream has a cursor of its own.
  if (query.cursor === undefined) {
    for (const name of ['read', 'close'] as const) {
      wrap(query, name, (values, proceed) => {
        bindCallback(values);
        return proceed();
      });
    }
  }
  return isWatched;
}

/** The last of the values, if it is a function, from now on runs in the active context. */
function bindCallback(values: unknown[]): void {
  const index = values.length - 1;
  if (typeof values[index] !== 'function') return;
  values[index] = contextStorage.bind(contextStorage.active(), values[index]);
}

/**
 * Hides a method behind `call`, which gets the arguments and the original.
 *
 * @returns false if there is no such method
 */
function wrap(
  query: Submittable,
  name: Exclude<keyof Submittable, 'callback' | 'cursor'>,
  call: (values: unknown[], proceed: () => unknown) => unknown,
): boolean {
  const original = query[name] as Method | undefined;
  if (typeof original !== 'function') return false;
  const method: Method = function (this: unknown, ...values) {
    return call(values, () => Reflect.apply(original, this, values));
  };
  return Reflect.defineProperty(query, name, { configurable: true, writable: true, value: method });
}
