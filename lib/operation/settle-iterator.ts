import type { LocalSpan, TracingContext } from '../context/index.js';
import { PendingSpans } from './pending-spans.js';

// What inherits from these hands out itself to be iterated over, as generators do. A cursor that has a
// method `next` of its own may mean something else by it.
const iteratorPrototype: object = Object.getPrototypeOf(Object.getPrototypeOf([].values()));
const asyncGeneratorPrototype: object = Object.getPrototypeOf(async function* () {}.prototype);
const asyncIteratorPrototype: object = Object.getPrototypeOf(asyncGeneratorPrototype);

export function isIterator(value: object): boolean {
  return Object.prototype.isPrototypeOf.call(iteratorPrototype, value);
}

export function isAsyncIterator(value: object): boolean {
  return Object.prototype.isPrototypeOf.call(asyncIteratorPrototype, value);
}

/**
 * Runs each step of `iterator` with `context` active and ends `span` with the last one. The iterator
 * stays the object it is: it may have a state and methods of its own.
 */
export function settleIterator<T extends object>(
  iterator: T,
  span: LocalSpan,
  context: TracingContext,
): T {
  PendingSpans.add(iterator, span, context, (pending) =>
    replaceSteps(iterator, (step, isLast) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        let result: unknown;
        try {
          result = pending.call(step, iterator, args);
        } catch (error) {
          pending.fail(error);
          throw error;
        }
        if (isLast || isDone(result)) pending.end();
        else pending.touch();
        return result;
      };
    }),
  );
  return iterator;
}

/** As {@link settleIterator}, for iterators whose steps are promises. */
export function settleAsyncIterator<T extends object>(
  iterator: T,
  span: LocalSpan,
  context: TracingContext,
): T {
  PendingSpans.add(iterator, span, context, (pending) =>
    replaceSteps(iterator, (step, isLast) => {
      return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
        let result: unknown;
        try {
          result = await pending.call(step, iterator, args);
        } catch (error) {
          pending.fail(error);
          throw error;
        }
        if (isLast || isDone(result)) pending.end();
        else pending.touch();
        return result;
      };
    }),
  );
  return iterator;
}

type Step = (this: unknown, ...args: unknown[]) => unknown;

/**
 * @param around makes the method that stands for a step
 * @returns false if the iterator is frozen
 */
function replaceSteps(iterator: object, around: (step: Step, isLast: boolean) => Step): boolean {
  // `return` ends the iteration even if a generator yields once more in its `finally`; `throw` may
  // be caught inside and the iteration go on.
  for (const [name, isLast] of [
    ['next', false],
    ['return', true],
    ['throw', false],
  ] as const) {
    const step = (iterator as Record<string, unknown>)[name];
    if (typeof step !== 'function') continue;
    const isReplaced = Reflect.defineProperty(iterator, name, {
      configurable: true,
      writable: true,
      value: around(step as Step, isLast),
    });
    if (!isReplaced) return false;
  }
  return true;
}

function isDone(result: unknown): boolean {
  return (
    typeof result === 'object' &&
    result !== null &&
    (result as IteratorResult<unknown>).done === true
  );
}
