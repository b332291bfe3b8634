import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { endWithError, settle } from './settle.js';

/** Describes a call on its span. No method may throw. */
export interface CallDescription {
  /** Called before the function, with the span active. */
  arguments(span: LocalSpan, self: unknown, args: ArrayLike<unknown>): void;
  /** Called with what the function returned; waits for it if it is a promise. */
  result(span: LocalSpan, self: unknown, result: unknown): void;
}

/**
 * Calls `fn` with `span` active and ends the span exactly once: when what `fn` returned is over (see
 * {@link settle}), or at once if it throws. What `fn` throws, rejects or emits passes through unchanged.
 *
 * The only frame that it adds to the stack of an error, between caller and `fn`, is its own.
 *
 * @param active the active context, in which the span was started
 * @param description called for a span that is recorded
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
  // The decision against the trace is already in the context, or the context must not change.
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
    if (isRecording) endWithError(span, error);
    throw error;
  }
  if (description !== undefined && isRecording) description.result(span, self, result);
  contextStorage.leave(active);
  return isRecording ? settle(result, span, context) : result;
}
