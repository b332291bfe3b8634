import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import type { CallDescription } from './call-description.js';
import { PendingSpans } from './pending-spans.js';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Calls `fn` with `span` active. Its last argument is a callback: the span ends when the callback is called first,
 * before it runs. A first argument of the callback that is neither undefined nor null is the error of the work,
 * the second one is its result. The callback runs in the context of the caller. If `fn` throws, the span ends.
 *
 * If the callback is garbage collected before it was called, the span ends with an event `abandoned`.
 *
 * @param active the active context, in which the span was started
 * @param args the last one is a function; its place is changed
 * @param keepIdentity makes a replacement look like the callback
 */
export function callWithCallback(
  span: LocalSpan,
  active: TracingContext,
  fn: (...args: never[]) => unknown,
  self: unknown,
  args: unknown[],
  description: CallDescription | undefined,
  keepIdentity: (wrapper: AnyFunction, original: AnyFunction) => AnyFunction,
): unknown {
  const context = active.withSpan(span);
  const last = args.length - 1;
  const callback = args[last] as AnyFunction;
  let pending: PendingSpans | undefined;
  const watched = keepIdentity(function (this: unknown, ...results: unknown[]): unknown {
    if (pending !== undefined) {
      const [error, value] = results;
      if (error !== undefined && error !== null) pending.fail(error);
      else {
        description?.result(span, self, value);
        pending.end();
      }
      pending = undefined;
    }
    return contextStorage.call(active, callback, this, results);
  }, callback);
  PendingSpans.add(watched, span, context, description, (added) => {
    pending = added;
    return true;
  });
  contextStorage.enter(context);
  try {
    description?.arguments(span, self, args);
    args[last] = watched;
    return Reflect.apply(fn as AnyFunction, self, args);
  } catch (error) {
    pending?.fail(error);
    pending = undefined;
    throw error;
  } finally {
    contextStorage.leave(active);
  }
}
