import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { PendingSpans } from './pending-spans.js';

/**
 * True for what async functions and `new Promise` make. Promises of a class of their own may start their
 * work in `then` and have methods that a derived promise lacks; they are thenables like others.
 */
export function isPlainPromise(value: object): value is Promise<unknown> {
  return Object.getPrototypeOf(value) === Promise.prototype;
}

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
  const derived = promise.then(onValue, (error: unknown) => {
    span.recordError(error);
    span.end();
    throw error;
  });
  // `cancel`, `json` and the like that somebody put on it. Not its symbols: Node keeps the context there.
  for (const key in promise) {
    if (!Object.hasOwn(promise, key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(promise, key);
    if (descriptor !== undefined) Reflect.defineProperty(derived, key, descriptor);
  }
  return derived;
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
export function settleThenable<T extends object>(
  thenable: T,
  span: LocalSpan,
  context: TracingContext,
): T {
  PendingSpans.add(thenable, span, context, (pending) => {
    const original = (thenable as unknown as { then: Then }).then;
    const then: Then = function (this: unknown, onFulfilled, onRejected) {
      // The work runs with the span active, what the caller does with its result does not.
      const caller = contextStorage.active();
      const settled = [
        (value: unknown): unknown => {
          pending.end();
          if (typeof onFulfilled !== 'function') return value;
          return contextStorage.call(caller, onFulfilled, undefined, [value]);
        },
        (error: unknown): unknown => {
          pending.fail(error);
          if (typeof onRejected !== 'function') throw error;
          return contextStorage.call(caller, onRejected, undefined, [error]);
        },
      ];
      try {
        return pending.call(original, this, settled);
      } catch (error) {
        pending.fail(error);
        throw error;
      }
    };
    // False for a frozen one, which cannot be listened to: its span covers what was done so far.
    return Reflect.defineProperty(thenable, 'then', {
      configurable: true,
      writable: true,
      value: then,
    });
  });
  return thenable;
}
