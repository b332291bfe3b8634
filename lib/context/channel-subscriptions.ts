import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { contextStorage, heldChannels } from './process-wide.js';
import type { TracingContext } from './tracing-context.js';

/** The name of a channel of `node:diagnostics_channel`, and what listens to it. */
export type ChannelSubscription = readonly [name: string, listener: (message: unknown) => void];

/**
 * The name of a channel that publishes with a function that it calls, such as `tracing:mysql2:query:asyncStart`,
 * and what returns the context for that call. It must not throw: Node would end the process.
 */
export type ChannelBinding = readonly [
  name: string,
  contextOf: (message: unknown) => TracingContext,
];

/**
 * Subscribes to channels of Node and of libraries, some of which may not be loaded yet.
 *
 * The channels are held as long as the process runs. Node 20 forgets a channel by its name when a channel of
 * that name was collected, also where a new one has taken its place by then: its subscribers would get nothing
 * of what is published later. A channel loses its last subscriber between two applications of one process, as
 * in tests, and could be collected there.
 *
 * @returns a function that ends the subscriptions
 */
export function subscribeToChannels(subscriptions: readonly ChannelSubscription[]): () => void {
  for (const [name, listener] of subscriptions) {
    heldChannels.add(channel(name));
    subscribe(name, listener);
  }
  return () => {
    for (const [name, listener] of subscriptions) unsubscribe(name, listener);
  };
}

/**
 * Sets the contexts in which libraries call functions that they publish: a callback that would run in the
 * context of a socket gets that of its caller back.
 *
 * @returns a function that ends it
 */
export function bindChannels(bindings: readonly ChannelBinding[]): () => void {
  const stores = bindings.map(([name, contextOf]) => {
    const bound = channel(name);
    const entrance = contextStorage.createEntrance();
    heldChannels.add(bound);
    bound.bindStore(entrance, contextOf);
    return () => bound.unbindStore(entrance);
  });
  return () => {
    for (const unbind of stores) unbind();
  };
}
