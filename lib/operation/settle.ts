import { isObservable } from 'rxjs';
import type { LocalSpan, TracingContext } from '../context/index.js';
import {
  isAsyncIterator,
  isIterator,
  settleAsyncIterator,
  settleIterator,
} from './settle-iterator.js';
import { settleObservable } from './settle-observable.js';
import { isThenable, settlePromise, settleThenable } from './settle-thenable.js';

/**
 * Ends `span` exactly once, when the work behind `result` is over, and records a failure of it.
 *
 * | result | over when |
 * |---|---|
 * | a value | now |
 * | a promise | it has settled |
 * | another thenable, which may start its work only in `then` | its first `then` has settled |
 * | an Observable | its first subscription completed, failed or was unsubscribed |
 * | an iterator or async iterator (as generators return) | done, thrown, or returned from early |
 *
 * A promise that resolves to an Observable or an iterator is over when that is.
 *
 * @returns what the caller must hand on in the place of `result`; it behaves the same, and runs the
 *   body of Observables and iterators with `context` active
 */
export function settle<T>(result: T, span: LocalSpan, context: TracingContext): T {
  if (typeof result !== 'object' || result === null) {
    span.end();
    return result;
  }
  if (result instanceof Promise) {
    return settlePromise(result, span, (value) => settleLate(value, span, context)) as T;
  }
  return settleLate(result, span, context);
}

function settleLate<T>(result: T, span: LocalSpan, context: TracingContext): T {
  if (typeof result === 'object' && result !== null) {
    if (isThenable(result)) return settleThenable(result, span);
    if (isObservable(result)) return settleObservable(result, span, context) as T;
    if (isAsyncIterator(result)) return settleAsyncIterator(result, span, context);
    if (isIterator(result)) return settleIterator(result, span, context);
  }
  span.end();
  return result;
}

/** Ends a span whose work failed. */
export function endWithError(span: LocalSpan, error: unknown): void {
  span.recordError(error);
  span.end();
}
