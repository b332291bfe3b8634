import { currentTracer, type LocalTracer } from '../../context/index.js';
import { handleMessage, messageConsumerOf } from '../consumer/index.js';
import type { ReceivedMessage } from '../message-info.js';
import { kafkaFacts } from './kafka-facts.js';
import type { KafkaBatchPayload, KafkaMessagePayload } from './kafka-shape.js';

/** Options of `tracedKafkaMessages` and `tracedKafkaBatches`. */
export interface TracedKafkaHandlerOptions {
  /** The consumer group, for `messaging.consumer.group.name`. @default none */
  readonly groupId?: string;
  /** The tracer of the spans. @default that of the running application, for each message */
  readonly tracer?: LocalTracer;
}

/**
 * Returns a function for `eachMessage` of kafkajs that handles each message with a CONSUMER span. The
 * options of `messaging.consumer` apply.
 *
 * @param handle called with the span active; what it returns, throws and rejects passes unchanged
 * @example
 * await consumer.run({ eachMessage: tracedKafkaMessages(async ({ message }) => { … }) });
 */
export function tracedKafkaMessages<P extends KafkaMessagePayload>(
  handle: (payload: P) => Promise<void>,
  { groupId, tracer }: TracedKafkaHandlerOptions = {},
): (payload: P) => Promise<void> {
  return (payload) => {
    const owner = tracer ?? currentTracer();
    if (owner === undefined) return handle(payload);
    const consumer = messageConsumerOf(owner);
    const { topic, partition, message } = payload;
    const operation = consumer.begin({
      ...kafkaFacts(topic, partition, message, groupId, consumer.wantsBodySize),
      system: 'kafka',
      pattern: topic,
      data: message.value,
    });
    return handleMessage(consumer, operation, handle, undefined, [payload]) as Promise<void>;
  };
}

/**
 * Returns a function for `eachBatch` of kafkajs that handles each batch with one CONSUMER span. The span
 * starts a new trace and has a link to the producer of each message, because the messages of a batch can
 * belong to many traces.
 *
 * @param handle called with the span active; what it returns, throws and rejects passes unchanged
 * @example
 * await consumer.run({ eachBatch: tracedKafkaBatches(async ({ batch }) => { … }) });
 */
export function tracedKafkaBatches<P extends KafkaBatchPayload>(
  handle: (payload: P) => Promise<void>,
  { groupId, tracer }: TracedKafkaHandlerOptions = {},
): (payload: P) => Promise<void> {
  return (payload) => {
    const owner = tracer ?? currentTracer();
    if (owner === undefined) return handle(payload);
    const consumer = messageConsumerOf(owner);
    const { topic, partition, messages } = payload.batch;
    const batch: ReceivedMessage = {
      system: 'kafka',
      pattern: topic,
      destination: topic,
      isEvent: true,
      data: messages,
      headers: undefined,
      partition,
      consumerGroup: groupId,
      batchCount: messages.length,
    };
    const headers = messages.map((message) => message.headers);
    const operation = consumer.beginBatch(batch, headers);
    return handleMessage(consumer, operation, handle, undefined, [payload]) as Promise<void>;
  };
}
