import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { endWithError, settle } from './settle.js';

/**
 * Calls `fn` with `context` active, which holds `span`, and ends the span exactly once: when what `fn`
 * returned is over (see {@link settle}), or now if it throws. What `fn` throws, rejects or emits
 * passes through as it is.
 */
export function callInSpan<T>(
  span: LocalSpan,
  context: TracingContext,
  fn: (this: never, ...args: never[]) => T,
  self: unknown,
  args: ArrayLike<unknown>,
): T {
  let result: T;
  try {
    result = contextStorage.call(context, fn, self, args);
  } catch (error) {
    endWithError(span, error);
    throw error;
  }
  return settle(result, span, context);
}
