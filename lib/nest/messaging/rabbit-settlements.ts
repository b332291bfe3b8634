import type { Reception } from './reception.js';

/** The methods of a channel of `amqplib` that settle messages. */
interface Channel {
  ack?(message: object, allUpTo?: boolean): unknown;
  nack?(message: object, allUpTo?: boolean, requeue?: boolean): unknown;
  reject?(message: object, requeue?: boolean): unknown;
}

/**
 * Adds an event to the span of a message of RabbitMQ when the application settles it: `ack`, `requeue`,
 * `nack`, or `dead letter` if the queue has an exchange for dead letters. A message that is settled after
 * its span has ended has no event.
 *
 * @param server the server of Nest, which knows the options of the queue
 * @param args the arguments of `handleMessage`: the message and its channel
 */
export function watchSettlements(
  server: object,
  [message, channel]: readonly unknown[],
  reception: Reception,
): void {
  if (typeof message !== 'object' || message === null) return;
  if (typeof channel !== 'object' || channel === null) return;
  let receptions = receptionsOf.get(channel);
  if (receptions === undefined) {
    receptions = new WeakMap();
    receptionsOf.set(channel, receptions);
    watchChannel(channel, receptions, hasDeadLetters(server));
  }
  receptions.set(message, reception);
}

/** By channel: its messages. Held weakly. A channel is closed with its connection, and never restored. */
const receptionsOf = new WeakMap<object, WeakMap<object, Reception>>();

function watchChannel(
  channel: Channel,
  receptions: WeakMap<object, Reception>,
  hasDeadLetterExchange: boolean,
): void {
  const { ack, nack, reject } = channel;
  const refused = (message: object, requeue: unknown): void => {
    const name = requeue === false ? (hasDeadLetterExchange ? 'dead letter' : 'nack') : 'requeue';
    receptions.get(message)?.addEvent(name);
  };
  if (typeof ack === 'function') {
    channel.ack = (message, ...others) => {
      receptions.get(message)?.addEvent('ack');
      return Reflect.apply(ack, channel, [message, ...others]);
    };
  }
  if (typeof nack === 'function') {
    channel.nack = (message, allUpTo, requeue) => {
      refused(message, requeue);
      return Reflect.apply(nack, channel, [message, allUpTo, requeue]);
    };
  }
  if (typeof reject === 'function') {
    channel.reject = (message, requeue) => {
      refused(message, requeue);
      return Reflect.apply(reject, channel, [message, requeue]);
    };
  }
}

function hasDeadLetters(server: object): boolean {
  const { queueOptions } = server as {
    queueOptions?: { deadLetterExchange?: unknown; arguments?: Record<string, unknown> };
  };
  return (
    queueOptions?.deadLetterExchange !== undefined ||
    queueOptions?.arguments?.['x-dead-letter-exchange'] !== undefined
  );
}
