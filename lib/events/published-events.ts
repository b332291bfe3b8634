import { contextStorage, TracingContext } from '../context/index.js';

/**
 * Remembers in which context an event was published, so that its handlers run in that context. A publisher
 * of the user can queue events and deliver them later, and an operator of rxjs can deliver the events of
 * one request while another one is handled.
 */
export class PublishedEvents {
  readonly #contexts = new WeakMap<object, TracingContext>();

  /** Remembers the active context for an event, until the event is garbage collected. */
  add(event: unknown): void {
    if (typeof event !== 'object' || event === null) return;
    const context = contextStorage.active();
    if (context === TracingContext.ROOT) this.#contexts.delete(event);
    else this.#contexts.set(event, context);
  }

  /** Calls `deliver` in the context in which `event` was published, if that is known. */
  deliver(
    event: unknown,
    deliver: (this: unknown, ...args: unknown[]) => unknown,
    self: unknown,
    args: readonly unknown[],
  ): unknown {
    const context =
      typeof event === 'object' && event !== null ? this.#contexts.get(event) : undefined;
    if (context === undefined || context === contextStorage.active()) {
      return Reflect.apply(deliver, self, args);
    }
    return contextStorage.call(context, deliver as never, self, args);
  }
}
