import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import type { CallDescription } from './call-description.js';
import { PendingSpans } from './pending-spans.js';

type Callback = ((value: unknown) => unknown) | null | undefined;
type Then = (this: unknown, onFulfilled?: Callback, onRejected?: Callback) => unknown;

/**
 * Ends `span` when the first `then` of `thenable` settles. Query builders and similar thenables start their
 * work when `then` is called, and have methods of their own. So this function does not call `then` and does
 * not replace the object; it observes the calls of others.
 */
export function settleThenable(
  thenable: object,
  span: LocalSpan,
  context: TracingContext | undefined,
  description?: CallDescription,
): void {
  PendingSpans.add(thenable, span, context, description, (pending) => {
    const original = (thenable as unknown as { then: Then }).then;
    const then: Then = function (this: unknown, onFulfilled, onRejected) {
      // The span is active in the work, but not in the callbacks of the caller.
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
    // False for a frozen object, which cannot be observed: its span covers only the call of the function.
    return Reflect.defineProperty(thenable, 'then', {
      configurable: true,
      writable: true,
      value: then,
    });
  });
}
