import { sizeOfBody } from '../body-size.js';
import type { ReceivedMessage } from '../message-info.js';
import type { KafkaMessage } from './kafka-shape.js';

/** What a message of Kafka tells, beside its pattern. */
export type KafkaFacts = Pick<
  ReceivedMessage,
  | 'isEvent'
  | 'headers'
  | 'destination'
  | 'conversationId'
  | 'partition'
  | 'offset'
  | 'key'
  | 'isTombstone'
  | 'consumerGroup'
  | 'bodyBytes'
>;

/** Reads a received message. Nest's client marks requests with headers. */
export function kafkaFacts(
  topic: unknown,
  partition: unknown,
  message: KafkaMessage,
  consumerGroup: string | undefined,
  wantsBodySize: boolean,
): KafkaFacts {
  const { key, value, headers = {} } = message;
  const offset = Number(message.offset);
  const correlationId = headers.kafka_correlationId;
  return {
    isEvent: correlationId === undefined || headers.kafka_replyTopic === undefined,
    headers,
    destination: typeof topic === 'string' ? topic : undefined,
    conversationId: correlationId === undefined ? undefined : String(correlationId),
    partition: typeof partition === 'number' ? partition : undefined,
    offset: Number.isSafeInteger(offset) ? offset : undefined,
    key: key === null || key === undefined ? undefined : String(key),
    isTombstone: value === null,
    consumerGroup,
    bodyBytes: wantsBodySize ? sizeOfBody(value) : undefined,
  };
}
