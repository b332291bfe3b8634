import { isObservable } from 'rxjs';
import { contextStorage, TracingContext } from '../../context/index.js';
import { CODE_FUNCTION_NAME, MESSAGING_BATCH_MESSAGE_COUNT } from '../attributes.js';
import {
  handleMessage,
  type MessageConsumerHandler,
  type MessageConsumerOperation,
} from '../consumer/index.js';
import { RABBITMQ } from '../message-attributes.js';
import {
  type AmqpHandlers,
  type AmqpSubscription,
  expectAnswer,
  isForAnswers,
  isGenerated,
  SUBSCRIPTION,
} from './amqp-handlers.js';
import { type AmqpMessage, rabbitFacts } from './rabbit-facts.js';
import { ChannelSettlements, type Settlement, type WaitingMessage } from './settlements.js';

/** The callback of a consumer of amqplib. The broker sends null when it cancels the consumer. */
export type AmqpListener = (message: AmqpMessage | null) => unknown;

/**
 * Returns a callback for `consume` that handles each message with a span. It ends with the promise of the
 * original callback; without a promise when the message is settled, or at once with `noAck`.
 *
 * Call it in the context of a {@link SUBSCRIPTION}, if one is known.
 */
export function tracedListener(
  handlers: AmqpHandlers,
  channel: object,
  queue: string,
  listener: AmqpListener,
  options: unknown,
): AmqpListener {
  if (isForAnswers(queue)) return listener;
  const subscription = contextStorage.active().getValue(SUBSCRIPTION) as
    | AmqpSubscription
    | undefined;
  const isSettled = (options as { noAck?: unknown } | null | undefined)?.noAck === true;
  const pattern = subscription?.pattern ?? (isGenerated(queue) ? undefined : queue);
  return (message) => {
    const consumer = handlers.consumerOf();
    if (consumer === undefined || message === null) return listener(message);
    if (subscription?.isBatch === true) {
      // The batch belongs to no single message, and it is handled in the context of its first one.
      channelOf.set(message, channel);
      return contextStorage.call(TracingContext.ROOT, listener, undefined, [message]);
    }
    const { replyTo } = message.properties ?? {};
    const operation = consumer.begin({
      ...rabbitFacts(message, queue, consumer.wantsBodySize),
      system: RABBITMQ,
      pattern,
      isEvent: typeof replyTo !== 'string',
      data: message.content,
      server: handlers.server,
      functionName: subscription?.functionName,
    });
    if (operation?.isOpen !== true) {
      return handleMessage(consumer, operation, listener, undefined, [message]);
    }
    expectAnswer(operation, replyTo);
    const delivery = new AmqpDelivery(operation, isSettled, subscription?.reportsHandled === true);
    deliveryOf.set(message, delivery);
    const settlements = ChannelSettlements.of(channel);
    settlements.await(message, delivery, subscription?.hasDeadLetters === true);
    return handleMessage(
      consumer,
      operation,
      (received: AmqpMessage) => delivery.handle(listener, received),
      undefined,
      [message],
    );
  };
}

/** By message. Held weakly. */
const deliveryOf = new WeakMap<object, AmqpDelivery>();

/** The channels of messages that wait for their batch. Held weakly. */
const channelOf = new WeakMap<object, object>();

/** The delivery of a message whose span is open. */
export function amqpDeliveryOf(message: unknown): AmqpDelivery | undefined {
  return typeof message === 'object' && message !== null ? deliveryOf.get(message) : undefined;
}

/** A received message until its callback is over and it is settled. */
export class AmqpDelivery implements WaitingMessage {
  private isHandled = false;
  private hasFailed = false;

  /**
   * @param isSettled true for a consumer with `noAck`
   * @param reportsHandled whether {@link callHandler} is called before the message is settled
   */
  constructor(
    readonly operation: MessageConsumerOperation,
    private isSettled: boolean,
    private readonly reportsHandled: boolean,
  ) {}

  /** Calls the callback of the consumer. */
  handle(listener: AmqpListener, message: AmqpMessage): unknown {
    const result = listener(message);
    if (!this.isSettled && !(result instanceof Promise) && !isObservable(result)) {
      this.operation.hold();
      // An application can forget a message. Without this, the operation would stay open.
      collected.register(message, this.operation);
    }
    return result;
  }

  /** Calls the function that the callback passes the message to. Its failure ends the span later. */
  callHandler(functionName: string | undefined, handle: () => unknown): unknown {
    this.isHandled = true;
    if (functionName !== undefined) {
      this.operation.span.setAttribute(CODE_FUNCTION_NAME, functionName);
    }
    return this.watch(handle);
  }

  /** Calls a function whose failure is recorded as that of the message. */
  watch(call: () => unknown): unknown {
    return watchFailure(call, (error) => {
      this.hasFailed = true;
      this.operation.recordFailure(error);
    });
  }

  addEvent(name: Settlement): void {
    const { operation } = this;
    operation.addEvent(name);
    if (this.isSettled) return;
    this.isSettled = true;
    if (this.reportsHandled && !this.isHandled && !this.hasFailed) operation.finishUnhandled();
    else operation.release();
  }

  channelClosed(): void {
    this.operation.breakOff(CHANNEL_CLOSED);
  }
}

const CHANNEL_CLOSED = 'channel closed';

const collected = new FinalizationRegistry<MessageConsumerOperation>((operation) =>
  operation.breakOff('abandoned'),
);

/**
 * Calls the handler of a batch with one span, which ends when all of its messages are settled.
 *
 * @param messages the messages of amqplib
 * @param data the payloads, as the handler receives them
 */
export function handleAmqpBatch(
  consumer: MessageConsumerHandler,
  { server }: AmqpHandlers,
  { pattern, functionName, hasDeadLetters }: AmqpSubscription,
  queue: string | undefined,
  messages: readonly AmqpMessage[],
  data: unknown,
  handle: () => unknown,
): unknown {
  const operation = consumer.beginBatch(
    {
      system: RABBITMQ,
      pattern: pattern ?? queue,
      destination: queue,
      isEvent: true,
      data,
      headers: undefined,
      batchCount: messages.length,
      server,
      functionName,
    },
    messages.map(({ properties }) => properties?.headers),
  );
  const context = consumer.contextOf(operation);
  if (operation?.isOpen !== true) return contextStorage.run(context, handle);
  const batch = new AmqpBatch(operation, messages.length);
  for (const message of messages) {
    const channel = channelOf.get(message);
    if (channel !== undefined) {
      ChannelSettlements.of(channel).await(message, batch, hasDeadLetters);
    }
  }
  return contextStorage.run(context, () =>
    watchFailure(handle, (error) => operation.recordFailure(error)),
  );
}

/** The messages of a batch until all of them are settled. */
class AmqpBatch implements WaitingMessage {
  private readonly counts = new Map<Settlement, number>();

  constructor(
    private readonly operation: MessageConsumerOperation,
    private waitingCount: number,
  ) {}

  addEvent(name: Settlement): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.waitingCount--;
    if (this.waitingCount > 0) return;
    this.addEvents();
    this.operation.finish();
  }

  channelClosed(): void {
    this.addEvents();
    this.operation.breakOff(CHANNEL_CLOSED);
  }

  /** One event for all messages that are settled in the same way. A span has a limited number of events. */
  private addEvents(): void {
    for (const [name, count] of this.counts) {
      this.operation.addEvent(name, { [MESSAGING_BATCH_MESSAGE_COUNT]: count });
    }
    this.counts.clear();
  }
}

function watchFailure(call: () => unknown, failed: (error: unknown) => void): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    failed(error);
    throw error;
  }
  if (!(result instanceof Promise)) return result;
  return result.catch((error: unknown) => {
    failed(error);
    throw error;
  });
}
