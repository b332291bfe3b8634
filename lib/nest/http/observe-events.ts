import 'reflect-metadata';
import { isObservable, tap } from 'rxjs';
import { contextStorage } from '../../context/index.js';
import { HttpServerOperation } from '../../http/server/index.js';
import type { ControllerMethod } from '../controller-methods.js';
import { replaceShared } from '../shared-replacement.js';

/** The metadata key of Nest's `@Sse()`. */
const SSE_METADATA = '__sse__';

/**
 * Tells the operation of a request if the Observable of its server-sent events fails. Nest answers such a failure
 * with an event of the type `error` when the headers are sent, and gives it to no filter.
 *
 * @returns a function that restores the method; undefined for a method without `@Sse()`
 */
export function observeEvents(method: ControllerMethod): (() => void) | undefined {
  if (Reflect.hasMetadata(SSE_METADATA, method.function) !== true) return undefined;
  return replaceShared(method, (original) => {
    return function (this: unknown, ...args) {
      const result = Reflect.apply(original, this, args);
      const { entry } = contextStorage.active();
      if (!(entry instanceof HttpServerOperation) || !entry.isObserved) return result;
      const observed = (events: unknown): unknown =>
        isObservable(events)
          ? events.pipe(tap({ error: (exception) => entry.exceptionCaught(exception) }))
          : events;
      return result instanceof Promise ? result.then(observed) : observed(result);
    };
  });
}
