import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { heldChannels } from './process-wide.js';

/** The name of a channel of `node:diagnostics_channel`, and what listens to it. */
export type ChannelSubscription = readonly [name: string, listener: (message: unknown) => void];

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
