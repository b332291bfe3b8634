/** What receives the events of a message: its operation, or what comes before it. */
export interface SettledMessage {
  addEvent(name: string): void;
}

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
 * @param hasDeadLetters whether the queue has an exchange for dead letters, as far as it is known. The
 *   value for the first message of a channel applies to the channel
 */
export function watchSettlements(
  channel: unknown,
  message: unknown,
  settled: SettledMessage,
  hasDeadLetters: boolean,
): void {
  if (typeof message !== 'object' || message === null) return;
  if (typeof channel !== 'object' || channel === null) return;
  let messages = settledOf.get(channel);
  if (messages === undefined) {
    messages = new WeakMap();
    settledOf.set(channel, messages);
    watchChannel(channel, messages, hasDeadLetters);
  }
  messages.set(message, settled);
}

/** By channel: its messages. Held weakly. A channel is closed with its connection, and never restored. */
const settledOf = new WeakMap<object, WeakMap<object, SettledMessage>>();

function watchChannel(
  channel: Channel,
  messages: WeakMap<object, SettledMessage>,
  hasDeadLetters: boolean,
): void {
  const { ack, nack, reject } = channel;
  const refused = (message: object, requeue: unknown): void => {
    const name = requeue === false ? (hasDeadLetters ? 'dead letter' : 'nack') : 'requeue';
    messages.get(message)?.addEvent(name);
  };
  if (typeof ack === 'function') {
    channel.ack = (message, ...others) => {
      messages.get(message)?.addEvent('ack');
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

/** Whether options of a queue name an exchange for dead letters. */
export function hasDeadLetterExchange(queueOptions: unknown): boolean {
  const { deadLetterExchange, arguments: others } = (queueOptions ?? {}) as {
    readonly deadLetterExchange?: unknown;
    readonly arguments?: Readonly<Record<string, unknown>>;
  };
  return deadLetterExchange !== undefined || others?.['x-dead-letter-exchange'] !== undefined;
}
