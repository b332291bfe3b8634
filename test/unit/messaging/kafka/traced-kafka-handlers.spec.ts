import { describe, expect, it } from '@jest/globals';
import { MessageConsumerHandler } from '../../../../lib/messaging/consumer/index.js';
import { assignMessageConsumer } from '../../../../lib/messaging/consumer/message-consumer-handler.js';
import { kafkaFacts } from '../../../../lib/messaging/kafka/kafka-facts.js';
import {
  tracedKafkaBatches,
  tracedKafkaMessages,
} from '../../../../lib/messaging/kafka/traced-kafka-handlers.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const traceIds = ['1', '2'].map((digit) => digit.repeat(32));
const messages = traceIds.map((traceId, index) => ({
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  offset: String(index),
  headers: { traceparent: Buffer.from(`00-${traceId}-b7ad6b7169203331-01`) },
}));
const [message] = messages as [(typeof messages)[0]];

describe('tracedKafkaMessages', () => {
  it('continues the trace of the message', async () => {
    const { tracer, recorder } = createTracing();
    const eachMessage = tracedKafkaMessages(
      async (payload) => {
        tracer.startSpan('work').end();
        expect(payload.message).toBe(message);
      },
      { tracer, groupId: 'shop' },
    );
    await eachMessage({ topic: 'orders', partition: 3, message });
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: false })).toBe(
      'process orders [consumer, remote parent]\n  work',
    );
    expect(spans.find(({ name }) => name !== 'work')?.attributes).toMatchObject({
      'messaging.consumer.group.name': 'shop',
      'messaging.destination.partition.id': '3',
      'kafka.offset': 0,
      'kafka.message.key': 'k',
    });
  });

  it('passes errors on', async () => {
    const { tracer, recorder } = createTracing();
    const failure = new Error('broken');
    const eachMessage = tracedKafkaMessages(async () => Promise.reject(failure), { tracer });
    await expect(eachMessage({ topic: 'orders', partition: 0, message })).rejects.toBe(failure);
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toContain('ERROR "broken"');
  });
});

describe('tracedKafkaBatches', () => {
  const batch = { topic: 'orders', partition: 3, messages };

  it('links the producers of all messages', async () => {
    const { tracer, recorder } = createTracing();
    await tracedKafkaBatches(async () => {}, { tracer })({ batch });
    const span = recorder.takeSpan('process orders');
    expect(span.links.map(({ context }) => context.traceId)).toEqual(traceIds);
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.attributes['messaging.batch.message_count']).toBe(2);
  });

  it('links nobody if the options ignore senders', async () => {
    const { tracer, recorder } = createTracing();
    assignMessageConsumer(
      tracer,
      new MessageConsumerHandler(tracer, { incomingContext: 'ignore' }),
    );
    await tracedKafkaBatches(async () => {}, { tracer })({ batch });
    expect(recorder.takeSpan().links).toEqual([]);
  });

  it('has no span for a topic that is ignored', async () => {
    const { tracer, recorder } = createTracing();
    assignMessageConsumer(tracer, new MessageConsumerHandler(tracer, { ignore: ['orders'] }));
    await tracedKafkaBatches(async () => {}, { tracer })({ batch });
    expect(recorder.takeSpans()).toEqual([]);
  });
});

describe('kafkaFacts', () => {
  it('takes what Nest marks as a request for one', () => {
    const headers = { kafka_correlationId: Buffer.from('c'), kafka_replyTopic: 'r' };
    expect(kafkaFacts('t', 0, { headers }, undefined, false)).toMatchObject({
      isEvent: false,
      conversationId: 'c',
    });
  });
});
