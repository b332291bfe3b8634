import { EventEmitter, on } from 'node:events';

/** Delivers events to any number of subscriptions, as the `PubSub` of an application does. */
export class EventChannel<T> {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  get listenerCount(): number {
    return this.#emitter.listenerCount('event');
  }

  publish(event: T): void {
    this.#emitter.emit('event', event);
  }

  /** Fails all subscriptions. */
  fail(error: Error): void {
    this.#emitter.emit('error', error);
  }

  /** Ends all subscriptions. */
  end(): void {
    this.#emitter.emit('end');
  }

  subscribe(): AsyncIterableIterator<T> {
    const events = on(this.#emitter, 'event', { close: ['end'] });
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        const { done, value } = await events.next();
        return { done, value: done === true ? undefined : value[0] } as IteratorResult<T>;
      },
      async return() {
        await events.return?.();
        return { done: true, value: undefined };
      },
    };
  }
}
