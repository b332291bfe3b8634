import { hasMethods, memberOf, wrapMethod } from '../../operation/index.js';

/** How a message is settled, as the name of an event. */
export type Settlement = 'ack' | 'nack' | 'requeue' | 'dead letter';

/** What receives the settlement of a message: its operation, or what comes before it. */
export interface SettledMessage {
  addEvent(name: Settlement): void;
}

/**
 * Adds an event to the span of a message of RabbitMQ when the application settles it: `ack`, `requeue`,
 * `nack`, or `dead letter` if the queue has an exchange for dead letters. A message that is settled after
 * its span has ended has no event.
 *
 * @param hasDeadLetters whether the queue has an exchange for dead letters, as far as it is known
 */
export function watchSettlements(
  channel: unknown,
  message: unknown,
  settled: SettledMessage,
  hasDeadLetters: boolean,
): void {
  if (typeof message !== 'object' || message === null) return;
  if (typeof channel !== 'object' || channel === null) return;
  ChannelSettlements.of(channel).watch(message, settled, hasDeadLetters);
}

/** A message that the application settles later. */
interface WatchedMessage {
  readonly settled: SettledMessage;
  readonly hasDeadLetters: boolean;
}

/** A message whose operation ends when it is settled. */
export interface WaitingMessage extends SettledMessage {
  /** The channel is closed, so the message cannot be settled any more. */
  channelClosed(): void;
}

type Outcome = 'ack' | 'requeue' | 'refuse';

/** The messages of one channel that are not settled yet. */
export class ChannelSettlements {
  readonly #messages = new WeakMap<object, WatchedMessage>();
  /** By delivery tag. One call can settle all messages up to a tag. */
  readonly #waiting = new Map<number, WatchedMessage & { readonly settled: WaitingMessage }>();
  readonly #leave: (() => void)[] = [];

  private constructor(channel: object) {
    this.#wrap(channel, 'ack', ([message, allUpTo]) => this.#settle(message, allUpTo, 'ack'));
    this.#wrap(channel, 'nack', ([message, allUpTo, requeue]) =>
      this.#settle(message, allUpTo, requeue === false ? 'refuse' : 'requeue'),
    );
    this.#wrap(channel, 'reject', ([message, requeue]) =>
      this.#settle(message, false, requeue === false ? 'refuse' : 'requeue'),
    );
    this.#wrap(channel, 'ackAll', () => this.#settleUpTo(Number.POSITIVE_INFINITY, 'ack'));
    this.#wrap(channel, 'nackAll', ([requeue]) =>
      this.#settleUpTo(Number.POSITIVE_INFINITY, requeue === false ? 'refuse' : 'requeue'),
    );
    if (hasMethods(channel, ['once'])) {
      (channel as { once(name: string, listener: () => void): void }).once('close', () =>
        this.#closed(),
      );
    }
  }

  /** Returns the settlements of a channel. Begins to watch the channel if it is not watched yet. */
  static of(channel: object): ChannelSettlements {
    let settlements = settlementsOf.get(channel);
    if (settlements === undefined) {
      settlements = new ChannelSettlements(channel);
      settlementsOf.set(channel, settlements);
    }
    return settlements;
  }

  watch(message: object, settled: SettledMessage, hasDeadLetters: boolean): void {
    this.#messages.set(message, { settled, hasDeadLetters });
  }

  /** Like {@link watch}, for a message whose operation must be told if the channel closes before. */
  await(message: object, settled: WaitingMessage, hasDeadLetters: boolean): void {
    const watched = { settled, hasDeadLetters };
    this.#messages.set(message, watched);
    this.#waiting.set(deliveryTagOf(message), watched);
  }

  /** Restores the methods of a channel, if they are watched. */
  static release(channel: object): void {
    const settlements = settlementsOf.get(channel);
    settlementsOf.delete(channel);
    if (settlements === undefined) return;
    for (const undo of settlements.#leave) undo();
  }

  #wrap(channel: object, key: string, settle: (args: unknown[]) => void): void {
    if (typeof memberOf(channel, key) !== 'function') return;
    const undo = wrapMethod(channel, key, (original, self, args) => {
      // First the call, because a closed channel throws.
      const result = Reflect.apply(original, self, args);
      settle(args);
      return result;
    });
    this.#leave.push(undo);
  }

  #settle(message: unknown, allUpTo: unknown, outcome: Outcome): void {
    if (typeof message !== 'object' || message === null) return;
    const tag = deliveryTagOf(message);
    this.#waiting.delete(tag);
    const watched = this.#messages.get(message);
    if (watched !== undefined) tell(watched, outcome);
    if (allUpTo === true) this.#settleUpTo(tag, outcome);
  }

  #settleUpTo(last: number, outcome: Outcome): void {
    for (const [tag, watched] of this.#waiting) {
      if (tag > last) continue;
      this.#waiting.delete(tag);
      tell(watched, outcome);
    }
  }

  #closed(): void {
    for (const { settled } of this.#waiting.values()) settled.channelClosed();
    this.#waiting.clear();
  }
}

/** By channel. Held weakly. */
const settlementsOf = new WeakMap<object, ChannelSettlements>();

function tell({ settled, hasDeadLetters }: WatchedMessage, outcome: Outcome): void {
  if (outcome === 'refuse') settled.addEvent(hasDeadLetters ? 'dead letter' : 'nack');
  else settled.addEvent(outcome);
}

function deliveryTagOf(message: object): number {
  const { fields } = message as { readonly fields?: { readonly deliveryTag?: unknown } };
  return Number(fields?.deliveryTag);
}

/** Whether options of a queue name an exchange for dead letters. */
export function hasDeadLetterExchange(queueOptions: unknown): boolean {
  const { deadLetterExchange, arguments: others } = (queueOptions ?? {}) as {
    readonly deadLetterExchange?: unknown;
    readonly arguments?: Readonly<Record<string, unknown>>;
  };
  return deadLetterExchange !== undefined || others?.['x-dead-letter-exchange'] !== undefined;
}
