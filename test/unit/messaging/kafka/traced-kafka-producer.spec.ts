import { describe, expect, it } from '@jest/globals';
import { tracedKafkaProducer } from '../../../../lib/messaging/kafka/traced-kafka-producer.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function setUp(failure?: Error) {
  const { tracer, recorder, close } = createTracing();
  const sent: unknown[] = [];
  const answer = async (argument: unknown): Promise<unknown> => {
    sent.push(argument);
    if (failure !== undefined) throw failure;
    return [{ topicName: 'orders', partition: 2, baseOffset: '7' }];
  };
  const untouched = {
    send: answer,
    sendBatch: answer,
    transaction: async () => ({ send: answer, sendBatch: answer, commit: () => 'committed' }),
    connect: () => 'connected',
  };
  const producer = tracedKafkaProducer(untouched, { tracer });
  return { producer, untouched, sent, recorder, close };
}

const traceparent = expect.stringMatching(/^00-\w{32}-\w{16}-01$/);

describe('tracedKafkaProducer', () => {
  it('adds the context to a copy of each message, beside the headers of the user', async () => {
    const { producer, sent, recorder } = setUp();
    const message = Object.freeze({ key: 'k', value: 'v', headers: { 'x-tenant': 'acme' } });
    const record = { topic: 'orders', acks: 1, messages: [message] };
    expect(await producer.send(record)).toEqual([expect.objectContaining({ partition: 2 })]);
    expect(sent).toEqual([
      {
        topic: 'orders',
        acks: 1,
        messages: [{ key: 'k', value: 'v', headers: { 'x-tenant': 'acme', traceparent } }],
      },
    ]);
    expect(message.headers).toEqual({ 'x-tenant': 'acme' });
    expect(recorder.takeSpan('send orders').attributes).toEqual({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
      'kafka.message.key': 'k',
      'messaging.destination.partition.id': '2',
      'kafka.offset': 7,
    });
  });

  it('has one span for a batch', async () => {
    const { producer, sent, recorder } = setUp();
    const messages = [{ value: '1' }, { value: '2' }];
    await producer.send({ topic: 'orders', messages });
    await producer.sendBatch({
      topicMessages: [
        { topic: 'orders', messages },
        { topic: 'bills', messages },
      ],
    });
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: ['messaging.batch.message_count'] })).toBe(
      'send orders [producer] messaging.batch.message_count=2\n\n' +
        'send [producer] messaging.batch.message_count=4',
    );
    expect(JSON.stringify(sent).match(/traceparent/g)).toHaveLength(6);
  });

  it('traces transactions, and keeps the other methods', async () => {
    const { producer, recorder } = setUp();
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: [{ value: '1' }] });
    expect([transaction.commit(), producer.connect()]).toEqual(['committed', 'connected']);
    expect(recorder.takeSpan().name).toBe('send orders');
  });

  it('shows failures, and passes them on', async () => {
    const failure = new Error('no broker');
    const { producer, recorder } = setUp(failure);
    await expect(producer.send({ topic: 'a', messages: [{ value: '1' }] })).rejects.toBe(failure);
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'send a [producer] ERROR "no broker" exception Error',
    );
  });

  it.each([
    [{}],
    [{ topic: 'a', messages: undefined }],
    [{ topic: 'a', messages: [null] }],
    [{ topic: 7, messages: 'text' }],
  ])('passes %j to kafkajs, which refuses it', async (record) => {
    const { producer, sent, recorder } = setUp();
    await producer.send(record);
    await producer.sendBatch(record);
    expect(sent).toHaveLength(2);
    recorder.reset();
  });
});
