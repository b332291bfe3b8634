import type { LocalSpan, TracingContext } from '../context/index.js';
import type { CallDescription } from './call-description.js';
import { PendingSpans } from './pending-spans.js';

/**
 * Runs each step of `iterator` with `context` active, and ends `span` with the last step. It replaces
 * methods of the iterator, not the object: an iterator can have its own state and methods.
 */
export function settleIterator(
  iterator: object,
  span: LocalSpan,
  context: TracingContext | undefined,
  description?: CallDescription,
): void {
  PendingSpans.add(iterator, span, context, description, (pending) =>
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
}

/** Like {@link settleIterator}, for iterators whose steps are promises. */
export function settleAsyncIterator(
  iterator: object,
  span: LocalSpan,
  context: TracingContext | undefined,
  description?: CallDescription,
): void {
  PendingSpans.add(iterator, span, context, description, (pending) =>
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
}

type Step = (this: unknown, ...args: unknown[]) => unknown;

/**
 * @param around creates the method that replaces a step
 * @returns false if the iterator is frozen
 */
function replaceSteps(iterator: object, around: (step: Step, isLast: boolean) => Step): boolean {
  // `return` ends the iteration, even if a generator yields again in its `finally`. A generator can catch
  // the error of `throw` and continue.
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
