import { contextStorage, currentTracer, type LocalTracer } from '../../context/index.js';
import { KAFKA_OFFSET, MESSAGING_DESTINATION_PARTITION_ID } from '../attributes.js';
import { sizeOfBody } from '../body-size.js';
import type { SentMessage } from '../message-info.js';
import { type MessageProducerOperation, messageProducerOf } from '../producer/index.js';
import type { KafkaMessage, KafkaProducerShape } from './kafka-shape.js';

/** Options of `tracedKafkaProducer`. */
export interface TracedKafkaProducerOptions {
  /** The tracer of the spans. @default that of the active span, else of the running application */
  readonly tracer?: LocalTracer;
}

interface TopicMessages {
  readonly topic?: unknown;
  readonly messages?: readonly KafkaMessage[];
}

/**
 * Returns a producer of kafkajs whose `send` and `sendBatch` have a PRODUCER span and add its context to
 * the headers of each message, also in transactions. The options of `messaging.producer` apply.
 *
 * @param producer does not change
 * @returns a copy of the producer; both use the same connection
 * @example
 * const producer = tracedKafkaProducer(kafka.producer());
 */
export function tracedKafkaProducer<P extends KafkaProducerShape>(
  producer: P,
  { tracer }: TracedKafkaProducerOptions = {},
): P {
  const traced = { ...producer };
  traced.send = (record: TopicMessages) =>
    sendTraced(tracer, [record], producer.send, producer, ([messages]) => ({
      ...record,
      ...messages,
    }));
  traced.sendBatch = (batch: { readonly topicMessages?: readonly TopicMessages[] }) =>
    sendTraced(tracer, batch?.topicMessages, producer.sendBatch, producer, (topicMessages) => ({
      ...batch,
      topicMessages,
    }));
  const { transaction } = producer as { transaction?: unknown };
  if (typeof transaction === 'function') {
    Object.assign(traced, {
      transaction: async (...args: unknown[]) =>
        tracedKafkaProducer(await Reflect.apply(transaction, producer, args), { tracer }),
    });
  }
  return traced;
}

/**
 * @param assemble creates the argument of `send` from the messages with headers
 */
async function sendTraced(
  given: LocalTracer | undefined,
  records: readonly TopicMessages[] | undefined,
  send: (argument: unknown) => Promise<unknown>,
  self: unknown,
  assemble: (records: readonly TopicMessages[]) => unknown,
): Promise<unknown> {
  const all = Array.isArray(records) ? (records as readonly TopicMessages[]) : [];
  const tracer = given ?? currentTracer();
  if (tracer === undefined) return Reflect.apply(send, self, [assemble(all)]);
  const producer = messageProducerOf(tracer);
  const operation = producer.begin(describe(all, producer.wantsBodySize));
  const context = producer.contextOf(operation);
  const fields = producer.fieldsOf(context);
  const argument = assemble(fields === undefined ? all : all.map((one) => withFields(one, fields)));
  try {
    const result: unknown = await contextStorage.call(context, send, self, [argument]);
    if (operation !== undefined) recordOffset(operation, result);
    operation?.finish();
    return result;
  } catch (error) {
    operation?.fail(error);
    throw error;
  }
}

function describe(records: readonly TopicMessages[], wantsBodySize: boolean): SentMessage {
  const messages = records.flatMap((record) =>
    Array.isArray(record?.messages) ? (record.messages as readonly KafkaMessage[]) : [],
  );
  const topics = new Set(records.map((record) => record?.topic));
  const [topic] = topics;
  const [message] = messages;
  const isSingle = messages.length === 1;
  const name = topics.size === 1 && typeof topic === 'string' ? topic : undefined;
  return {
    system: 'kafka',
    pattern: name,
    destination: name,
    isEvent: true,
    data: isSingle ? message?.value : messages,
    key: isSingle && typeof message?.key === 'string' ? message.key : undefined,
    bodyBytes: wantsBodySize && isSingle ? sizeOfBody(message?.value) : undefined,
    batchCount: isSingle ? undefined : messages.length,
  };
}

/** Copies, because the application can send the messages again. */
function withFields(record: TopicMessages, fields: Record<string, string>): TopicMessages {
  if (!Array.isArray(record?.messages)) return record;
  const messages = (record.messages as readonly KafkaMessage[]).map((message) => ({
    ...message,
    headers: { ...message?.headers, ...fields },
  }));
  return { ...record, messages };
}

/** Records where the broker has stored a single message. */
export function recordOffset({ span }: MessageProducerOperation, result: unknown): void {
  if (!Array.isArray(result) || result.length !== 1) return;
  const { partition, baseOffset } = (result[0] ?? {}) as Record<string, unknown>;
  if (typeof partition !== 'number') return;
  span.setAttribute(MESSAGING_DESTINATION_PARTITION_ID, String(partition));
  const offset = Number(baseOffset);
  if (typeof baseOffset === 'string' && Number.isSafeInteger(offset)) {
    span.setAttribute(KAFKA_OFFSET, offset);
  }
}
