import { createContextKey } from '@opentelemetry/api';
import type { EntryOperation } from '../../context/index.js';
import type { MessageConsumerHandler } from '../consumer/index.js';
import type { BrokerAddress } from '../message-info.js';
import type { MessageProducerHandler } from '../producer/index.js';

/** What traces the messages of a channel. The functions are called for each message. */
export interface AmqpHandlers {
  /** Returns undefined if received messages are not traced. */
  readonly consumerOf: () => MessageConsumerHandler | undefined;
  /** Returns undefined if sent messages are not traced. */
  readonly producerOf: () => MessageProducerHandler | undefined;
  /** The address of the broker, if it is known. */
  readonly server?: BrokerAddress | undefined;
}

/** What is known of a consumer beside its queue. */
export interface AmqpSubscription {
  /** Names the spans. Undefined for the name of the queue. */
  readonly pattern: string | undefined;
  /** The method that handles the messages, such as `OrdersService.place`; undefined if there can be several. */
  readonly functionName: string | undefined;
  /** Whether the queue has an exchange for dead letters. */
  readonly hasDeadLetters: boolean;
  /** True if the messages are handled in batches, which have spans of their own. */
  readonly isBatch: boolean;
  /** True if a message that is settled without a call of its handler has none. */
  readonly reportsHandled: boolean;
}

/** The key of the context in which a consumer is set up. Its value is an {@link AmqpSubscription}. */
export const SUBSCRIPTION = createContextKey('nestjs-traced subscription of amqplib');

/** The pseudo queue for answers. The names of its destinations continue with an id for each client. */
const DIRECT_REPLY_TO = 'amq.rabbitmq.reply-to';

/** The address for the answer, of each request that is being handled. Held weakly. */
const replyAddresses = new WeakMap<EntryOperation, string>();

/** Remembers where the handler of a message sends its answer. */
export function expectAnswer(request: EntryOperation, replyTo: unknown): void {
  if (typeof replyTo === 'string') replyAddresses.set(request, replyTo);
}

/**
 * Whether a message is an answer to a request. An answer has no span: it belongs to the request.
 *
 * @param entry the operation of the request that is being handled
 */
export function isAnswer(
  exchange: unknown,
  routingKey: unknown,
  entry: EntryOperation | undefined,
): boolean {
  if (exchange !== '' || typeof routingKey !== 'string') return false;
  return (
    isForAnswers(routingKey) || (entry !== undefined && replyAddresses.get(entry) === routingKey)
  );
}

/** Whether a queue receives only answers. */
export function isForAnswers(queue: string): boolean {
  return queue.startsWith(DIRECT_REPLY_TO);
}

/** Whether the server has chosen the name of a queue, so that it must not be part of a span's name. */
export function isGenerated(queue: string): boolean {
  return queue.startsWith('amq.gen-');
}
