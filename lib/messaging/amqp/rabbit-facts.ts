import { sizeOfBody } from '../body-size.js';
import type { ReceivedMessage } from '../message-info.js';

/** The used members of a received message of amqplib. */
export interface AmqpMessage {
  /** The payload. */
  readonly content?: unknown;
  /** How the message was delivered. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The headers and ids of the message. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** What a message of RabbitMQ tells, beside its pattern. */
export type RabbitFacts = Pick<
  ReceivedMessage,
  'headers' | 'destination' | 'routingKey' | 'deliveryTag' | 'id' | 'conversationId' | 'bodyBytes'
>;

/** Reads a received message. The destination is written as the semantic conventions define it. */
export function rabbitFacts(
  { content, fields = {}, properties = {} }: AmqpMessage,
  queue: string,
  wantsBodySize: boolean,
): RabbitFacts {
  const { exchange, deliveryTag } = fields;
  const routingKey = textOf(fields.routingKey);
  return {
    headers: properties.headers,
    destination: exchange === '' ? queue : `${exchange}:${routingKey}:${queue}`,
    routingKey,
    deliveryTag: typeof deliveryTag === 'number' ? deliveryTag : undefined,
    id: textOf(properties.messageId),
    conversationId: textOf(properties.correlationId),
    bodyBytes: wantsBodySize ? sizeOfBody(content) : undefined,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
