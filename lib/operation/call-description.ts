import type { LocalSpan } from '../context/index.js';

/** Describes a call on its span. The methods must not throw. */
export interface CallDescription {
  /** Called before the function, with the span active. */
  arguments(span: LocalSpan, self: unknown, args: ArrayLike<unknown>): void;
  /** Called with the result of the function. If the result is a promise, the description waits for it. */
  result(span: LocalSpan, self: unknown, result: unknown): void;
  /**
   * Records what the function throws, or what the work behind its result fails with: a promise, an Observable, an
   * iterator, a stream or a callback. Called before the span ends.
   * @default `span.recordError(error)`
   */
  error?(span: LocalSpan, error: unknown): void;
  /**
   * True if the caller always subscribes to an Observable that the function returns. Its span is then not ended
   * when it is garbage collected, which is the most expensive part of the span of an Observable.
   * @default false
   */
  readonly isSubscribed?: boolean;
}

/** Records an error on the span of a call, as the description of the call says. */
export function recordFailure(
  span: LocalSpan,
  error: unknown,
  description: CallDescription | undefined,
): void {
  if (description?.error === undefined) span.recordError(error);
  else description.error(span, error);
}
