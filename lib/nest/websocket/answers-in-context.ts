import { isObservable, Observable } from 'rxjs';
import { contextStorage } from '../../context/index.js';
import { subscribeInside, WatchedSubscriber } from '../../operation/index.js';
import { WebSocketOperation } from '../../websocket/index.js';
import type { ProviderMethod } from '../provider-methods.js';
import { replaceShared } from '../shared-replacement.js';

/**
 * Makes the Observables that a method of a gateway returns deliver their values and their end in the context of
 * the message. A shared source and some schedulers of rxjs call subscribers in the context of other code: Nest's
 * filters would report an exception to the operation of that code.
 *
 * It replaces the method of the prototype, because Nest reads the methods of gateways there.
 *
 * @returns a function that restores the method when no application uses the replacement
 */
export function deliverInContext({ target, isPrototype, ...method }: ProviderMethod): () => void {
  const owner = isPrototype ? target : (Object.getPrototypeOf(target) as object);
  return replaceShared({ ...method, owner }, (original) => {
    return function (this: unknown, ...args) {
      return inContext(Reflect.apply(original, this, args));
    };
  });
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
