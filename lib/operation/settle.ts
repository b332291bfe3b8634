import type { Readable } from 'node:stream';
import { isObservable, type Observable } from 'rxjs';
import type { LocalSpan, TracingContext } from '../context/index.js';
import {
  isAsyncIterator,
  isIterator,
  settleAsyncIterator,
  settleIterator,
} from './settle-iterator.js';
import { settleObservable } from './settle-observable.js';
import { isReadable, settleStream } from './settle-stream.js';
import { isPlainPromise, isThenable, settlePromise, settleThenable } from './settle-thenable.js';

/**
 * Ends `span` exactly once, when the work behind `result` is over, and records a failure of it.
 *
 * | result | over when |
 * |---|---|
 * | a value | now |
 * | a promise | it has settled |
 * | another thenable or promise of a class of its own, which may start its work only in `then` | its first `then` has settled |
 * | an Observable | its first subscription completed, failed or was unsubscribed; later ones get spans of their own |
 * | an iterator or async iterator (as generators return) | done, thrown, or returned from early |
 * | a stream that is read from | it has ended, failed or was closed |
 *
 * A result that is garbage collected before that is over then, and its span has an event `abandoned`.
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
  if (isPlainPromise(result)) {
    return settlePromise(result, span, (value) => settleLate(value, span, context)) as T;
  }
  return settleLate(result, span, context);
}

function settleLate<T>(result: T, span: LocalSpan, context: TracingContext): T {
  switch (kindOf(result)) {
    case 'stream':
      return settleStream(result as T & Readable, span, context);
    case 'thenable':
      return settleThenable(result as T & object, span, context);
    case 'observable':
      return settleObservable(result as Observable<unknown>, span, context) as T;
    case 'async iterator':
      return settleAsyncIterator(result as T & object, span, context);
    case 'iterator':
      return settleIterator(result as T & object, span, context);
    default:
      span.end();
      return result;
  }
}

function kindOf(
  result: unknown,
): 'value' | 'thenable' | 'observable' | 'async iterator' | 'iterator' | 'stream' {
  if (typeof result !== 'object' || result === null) return 'value';
  try {
    if (isThenable(result)) return 'thenable';
    if (isObservable(result)) return 'observable';
    if (isAsyncIterator(result)) return 'async iterator';
    if (isIterator(result)) return 'iterator';
    return isReadable(result) ? 'stream' : 'value';
  } catch {
    // Objects that refuse to be asked for what they do not have.
    return 'value';
  }
}

/** Ends a span whose work failed. */
export function endWithError(span: LocalSpan, error: unknown): void {
  span.recordError(error);
  span.end();
}
