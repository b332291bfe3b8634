import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type ClientKafka,
  type ClientProvider,
  type KafkaContext,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices';
import { SpanKind } from '@opentelemetry/api';
import { Kafka, logLevel } from 'kafkajs';
import { tracedKafkaMessages, tracedKafkaProducer } from 'nestjs-traced';
import { createTestTracing, testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom } from 'rxjs';
import {
  attributesOfMessages,
  messagingTransportSuite,
  type PlainMessage,
  type PlainPeer,
} from '../../suites/messaging-transport.suite.js';
import { Arrivals } from '../../support/arrivals.js';
import { startKafkaServer } from '../../support/kafka-server.js';
import { createOrdersController } from './application/orders.controller.js';
import { startClient, startShop } from './application/start-shop.js';

const kafka = await startKafkaServer();
afterAll(() => kafka?.close());

const run = `orders-${randomUUID()}`;
const brokers = [kafka?.address ?? 'none:9092'];
const [host, port] = (brokers[0] as string).split(':');
const client = { brokers, logLevel: logLevel.NOTHING };
/** A group of its own for each consumer, because the mock cluster does not notice that a member leaves. */
const options = () => ({
  client,
  consumer: { groupId: randomUUID(), maxWaitTimeInMs: 50 },
});

const { sent, processed } = attributesOfMessages('kafka', { host, port: Number(port) });

messagingTransportSuite({
  name: 'Kafka',
  system: 'kafka',
  isThere: kafka !== undefined,
  pattern: (name) => `${run}.${name}`,
  server: (): MicroserviceOptions => ({ transport: Transport.KAFKA, options: options() }),
  client: (): ClientProvider => ({ transport: Transport.KAFKA, options: options() }),
  prepareClient: (proxy, patterns) => {
    for (const pattern of patterns) (proxy as ClientKafka).subscribeToResponseOf(pattern);
  },
  openPeer,
  usesPacketMetadata: false,
  attributes: {
    client: { ...sent, 'messaging.destination.name': `${run}.find` },
    server: {
      ...processed,
      'messaging.destination.name': `${run}.find`,
      'code.function.name': 'OrdersController.find',
    },
    producer: { ...sent, 'messaging.destination.name': `${run}.placed` },
    consumer: {
      ...processed,
      'messaging.destination.name': `${run}.placed`,
      'code.function.name': 'OrdersController.placed',
    },
  },
  changingAttributes: [
    'messaging.consumer.group.name',
    'messaging.message.conversation_id',
    'messaging.destination.partition.id',
    'kafka.offset',
  ],
  record: {
    data: () => ({ key: 'k-1', value: { id: 1 }, headers: { 'x-tenant': 'acme' } }),
    isReusable: true,
    seenBy: (context) => (context as KafkaContext).getMessage(),
    expected: { key: 'k-1', headers: { 'x-tenant': 'acme' } },
  },
  redeliversEvents: true,
  streams: true,
  objectPattern: 'a topic must be a text without braces',
  unknownPattern: 'a server receives the topics of its handlers only',
  malformedBody: 'Nest passes a text that is no JSON to the handler',
  parallelRequests: true,
});

const itIfThere = kafka === undefined ? it.skip : it;

describe('a batch of Nest', () => {
  itIfThere('is one span, the sender of each of its messages', async () => {
    const { options: tracing, recorder } = testTracingOptions();
    const pattern = (name: string) => `${run}.batch.${name}`;
    const transport = { transport: Transport.KAFKA, options: options() } as const;
    const shop = await startShop(transport, [createOrdersController(pattern)], tracing);
    const { application, client: proxy } = await startClient(
      { transport: Transport.KAFKA, options: options() },
      tracing,
    );
    try {
      const messages = [
        { key: 'a', value: 'first', headers: { 'x-tenant': 'acme' } },
        { key: 'b', value: 'second' },
      ];
      await lastValueFrom((proxy as ClientKafka).emitBatch(pattern('placed'), { messages }));
      const trace = await recorder.takeNextTrace({ spanCount: 5, deadlineMillis: 20_000 });
      const process = `  process ${pattern('placed')} [consumer]\n    Stock.load`;
      expect(traceAsText(trace, { attributes: false })).toBe(
        `send ${pattern('placed')} [producer]\n${process}\n${process}`,
      );
      const [sent] = trace.filter(({ kind }) => kind === SpanKind.PRODUCER);
      expect(sent?.attributes).toMatchObject({ 'messaging.batch.message_count': 2 });
      expect(shop.handled.events.sort()).toEqual(['first', 'second']);
      expect(messages).toEqual([
        { key: 'a', value: 'first', headers: { 'x-tenant': 'acme' } },
        // Nest adds headers without entries.
        { key: 'b', value: 'second', headers: {} },
      ]);
    } finally {
      await application.close();
      await shop.server.close();
    }
  });
});

describe('plain kafkajs', () => {
  itIfThere('is one trace from a traced producer to a traced consumer', async () => {
    const { tracer, recorder, close } = createTestTracing();
    const plain = new Kafka(client);
    const producer = tracedKafkaProducer(plain.producer(), { tracer });
    const consumer = plain.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 50 });
    try {
      await producer.connect();
      await consumer.connect();
      await consumer.subscribe({ topic: `${run}.kafkajs`, fromBeginning: true });
      await consumer.run({ eachMessage: tracedKafkaMessages(async () => {}, { tracer }) });
      await producer.send({ topic: `${run}.kafkajs`, messages: [{ value: 'v' }] });
      const trace = await recorder.takeNextTrace({ spanCount: 2, deadlineMillis: 20_000 });
      expect(traceAsText(trace, { attributes: false })).toBe(
        `send ${run}.kafkajs [producer]\n  process ${run}.kafkajs [consumer]`,
      );
    } finally {
      await producer.disconnect();
      await consumer.disconnect();
      close();
    }
  });
});

async function openPeer(): Promise<PlainPeer> {
  const plain = new Kafka(client);
  const producer = plain.producer();
  await producer.connect();
  return {
    async listen(pattern) {
      const consumer = plain.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 50 });
      await consumer.connect();
      await consumer.subscribe({ topic: pattern, fromBeginning: true });
      const messages = new Arrivals<PlainMessage>();
      await consumer.run({
        eachMessage: async ({ message }) =>
          messages.add({
            body: String(message.value),
            headers: Object.fromEntries(
              Object.entries(message.headers ?? {}).map(([key, value]) => [key, String(value)]),
            ),
            properties: { key: message.key },
          }),
      });
      return { next: () => messages.next(), close: () => consumer.disconnect() };
    },
    async send(pattern, { body, headers }) {
      await producer.send({
        topic: pattern,
        messages: [{ value: body, headers: headers as Record<string, string> }],
      });
    },
    close: () => producer.disconnect(),
  };
}
