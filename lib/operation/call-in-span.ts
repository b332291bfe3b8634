import type { Readable } from 'node:stream';
import { isObservable, type Observable } from 'rxjs';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { type CallDescription, recordFailure } from './call-description.js';
import { isPlainPromise, kindOf, type StreamHolder } from './result-kind.js';
import { settleAsyncIterator, settleIterator } from './settle-iterator.js';
import { settleObservable } from './settle-observable.js';
import { settleStream } from './settle-stream.js';
import { settleThenable } from './settle-thenable.js';

/**
 * Calls `fn` with `span` active, and ends the span exactly once: immediately if `fn` throws, otherwise
 * when the work behind the result of `fn` ends. What `fn` throws, rejects or emits passes unchanged.
 *
 * | result | its work ends when |
 * |---|---|
 * | a value | the function returns |
 * | a promise | it settles |
 * | another thenable, or a promise of a subclass, whose work can start in `then` | its first `then` settles |
 * | an Observable | its first subscription completes, fails or is unsubscribed; later subscriptions get their own spans |
 * | an iterator or async iterator, as generators return | it is done, throws, or is left early |
 * | a readable stream, or Nest's `StreamableFile` of one | it ends, fails or closes |
 *
 * If a result is garbage collected before its work ends, the span ends with an event `abandoned`. If a
 * promise resolves to an Observable, an iterator or a stream, the work ends with that.
 *
 * In the stack of an error, the call adds only one frame between its caller and `fn`.
 *
 * @param active the active context, in which the span was started
 * @param description called if the span is recorded
 * @returns the result, or a replacement that behaves like it
 */
export function callInSpan<T>(
  span: LocalSpan,
  active: TracingContext,
  fn: (this: never, ...args: never[]) => T,
  self: unknown,
  args: ArrayLike<unknown>,
  description?: CallDescription,
): T {
  const isRecording = span.isRecording();
  // The context already contains the decision against the trace, or it must not change.
  if (!isRecording && (span === active.span || active.suppressed)) {
    return Reflect.apply(fn as (...args: unknown[]) => T, self, args);
  }
  const context = active.withSpan(span);
  let result: T;
  contextStorage.enter(context);
  try {
    if (description !== undefined && isRecording) description.arguments(span, self, args);
    result = Reflect.apply(fn as (...args: unknown[]) => T, self, args);
  } catch (error) {
    contextStorage.leave(active);
    if (isRecording) endWithError(span, error, description);
    throw error;
  }
  if (description !== undefined && isRecording) description.result(span, self, result);
  contextStorage.leave(active);
  return isRecording ? settle(result, span, context, description) : result;
}

/**
 * Ends `span` when the work behind `result` ends.
 *
 * @param context active in the work of thenables, Observables and iterators; undefined if it does not change
 * @returns the result, or a replacement that behaves like it
 */
export function settle<T>(
  result: T,
  span: LocalSpan,
  context: TracingContext | undefined,
  description: CallDescription | undefined,
): T {
  if (typeof result !== 'object' || result === null) {
    span.end();
    return result;
  }
  if (description?.isSubscribed === true && isObservable(result)) {
    return settleObservable(result, span, context, description, true) as T;
  }
  if (isPlainPromise(result)) return settlePromise(result, span, context, description) as T;
  return settleResult(result, span, context, description);
}

/**
 * Returns the derived promise, not the original: a handler on the original would count as handling it, and
 * Node would not report a rejection that the user forgot.
 */
function settlePromise<T>(
  promise: Promise<T>,
  span: LocalSpan,
  context: TracingContext | undefined,
  description: CallDescription | undefined,
): Promise<T> {
  // One `then` with both callbacks: each further promise costs another turn of the microtask queue.
  const derived = promise.then(
    (value) => settleResult(value, span, context, description),
    (error: unknown) => {
      endWithError(span, error, description);
      throw error;
    },
  );
  copyProperties(promise, derived);
  return derived;
}

/**
 * Gives a derived promise the properties such as `cancel` and `json` that other code has added to the original.
 * Not its symbols: Node keeps the context there.
 */
export function copyProperties(promise: Promise<unknown>, derived: Promise<unknown>): void {
  for (const key in promise) {
    if (!Object.hasOwn(promise, key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(promise, key);
    if (descriptor !== undefined) Reflect.defineProperty(derived, key, descriptor);
  }
}

function settleResult<T>(
  result: T,
  span: LocalSpan,
  context: TracingContext | undefined,
  description: CallDescription | undefined,
): T {
  switch (kindOf(result)) {
    case 'thenable':
      settleThenable(result as T & object, span, context, description);
      return result;
    case 'observable':
      return settleObservable(result as Observable<unknown>, span, context, description) as T;
    case 'async iterator':
      settleAsyncIterator(result as T & object, span, context, description);
      return result;
    case 'iterator':
      settleIterator(result as T & object, span, context, description);
      return result;
    case 'stream':
      settleStream(result as T & Readable, span, context, description);
      return result;
    case 'stream holder':
      settleStream((result as T & StreamHolder).getStream(), span, context, description);
      return result;
    default:
      span.end();
      return result;
  }
}

function endWithError(
  span: LocalSpan,
  error: unknown,
  description: CallDescription | undefined,
): void {
  recordFailure(span, error, description);
  span.end();
}
