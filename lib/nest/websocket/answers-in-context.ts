import { isObservable, Observable } from 'rxjs';
import { contextStorage } from '../../context/index.js';
import { subscribeInside, WatchedSubscriber } from '../../operation/index.js';
import { WebSocketOperation } from '../../websocket/index.js';
import type { Method } from '../prototype-methods.js';
import { type ProviderMethod, replaceKeepingIdentity } from '../provider-methods.js';

/** By the function that replaces a method: how many applications use it. */
const replacements = new WeakMap<object, { userCount: number; readonly restore: () => void }>();

/**
 * Makes the Observables that a method of a gateway returns deliver their values and their end in the context of
 * the message. A shared source and some schedulers of rxjs call subscribers in the context of other code: Nest's
 * filters would report an exception to the operation of that code.
 *
 * It replaces the method of the prototype, because Nest reads the methods of gateways there. All applications of
 * the process share the replacement.
 *
 * @returns a function that restores the method when no application uses the replacement
 */
export function deliverInContext(method: ProviderMethod): () => void {
  const { target, isPrototype, key, function: original } = method;
  let current: Method = original;
  let replacement = replacements.get(current);
  if (replacement === undefined) {
    const prototype = isPrototype ? target : (Object.getPrototypeOf(target) as object);
    const restore = replaceKeepingIdentity(
      { target: prototype, key, function: original },
      function (this: unknown, ...args) {
        return inContext(Reflect.apply(original, this, args));
      },
    );
    current = (prototype as Record<string, Method>)[key] as Method;
    replacement = { userCount: 0, restore };
    replacements.set(current, replacement);
  }
  const used = replacement;
  used.userCount++;
  return () => {
    used.userCount--;
    if (used.userCount === 0) used.restore();
  };
}

function inContext(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !isTraced()) return result;
  return result instanceof Promise ? result.then(observableInContext) : observableInContext(result);
}

/** Whether the active code handles a message that is recorded. */
function isTraced(): boolean {
  const { entry } = contextStorage.active();
  return entry instanceof WebSocketOperation && entry.span.isRecording();
}

function observableInContext(result: unknown): unknown {
  if (!isObservable(result)) return result;
  return new Observable((subscriber) => {
    const active = contextStorage.active();
    return subscribeInside(result, new Delivery(subscriber, active), active, active);
  });
}

/** Its base class does the work. The end of the answers is observed where the adapter subscribes to them. */
class Delivery extends WatchedSubscriber<unknown> {
  protected override failed(): void {}
  protected override completed(): void {}
  protected override unsubscribed(): void {}
}
