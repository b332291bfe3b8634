import type { LocalSpan } from '../context/index.js';

/**
 * The promise to hand on: the derived one, not the original. A handler on the original would count
 * as handling it, and a rejection that the user forgot would no longer be reported by Node.
 */
export function settlePromise<T>(
  promise: Promise<T>,
  span: LocalSpan,
  onValue: (value: T) => T,
): Promise<T> {
  // One `then` with both callbacks: each further promise costs another turn of the microtask queue.
  return promise.then(onValue, (error: unknown) => {
    span.recordError(error);
    span.end();
    throw error;
  });
}

type Callback = ((value: unknown) => unknown) | null | undefined;
type Then = (this: unknown, onFulfilled?: Callback, onRejected?: Callback) => unknown;

export function isThenable(value: object): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown }).then === 'function';
}

/**
 * Query builders and the like are thenables that start their work when `then` is called, and have
 * methods of their own; so they are neither asked now nor replaced, but listened to when asked.
 */
export function settleThenable<T extends object>(thenable: T, span: LocalSpan): T {
  const original = (thenable as unknown as { then: Then }).then;
  const then: Then = function (this: unknown, onFulfilled, onRejected) {
    return Reflect.apply(original, this, [
      (value: unknown) => {
        span.end();
        return typeof onFulfilled === 'function' ? onFulfilled(value) : value;
      },
      (error: unknown) => {
        span.recordError(error);
        span.end();
        if (typeof onRejected === 'function') return onRejected(error);
        throw error;
      },
    ]);
  };
  const isDefined = Reflect.defineProperty(thenable, 'then', {
    configurable: true,
    writable: true,
    value: then,
  });
  // A frozen thenable cannot be listened to: its span covers what was done so far.
  if (!isDefined) span.end();
  return thenable;
}
