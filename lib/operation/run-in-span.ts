import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { endWithError, settle } from './settle.js';

/**
 * Runs `fn` with `context` active, which holds `span`, and ends the span exactly once: when what `fn`
 * returned is over (see {@link settle}), or now if it throws. What `fn` throws, rejects or emits
 * passes through as it is.
 */
export function runInSpan<T>(span: LocalSpan, context: TracingContext, fn: () => T): T {
  let result: T;
  try {
    result = contextStorage.run(context, fn);
  } catch (error) {
    endWithError(span, error);
    throw error;
  }
  return settle(result, span, context);
}
