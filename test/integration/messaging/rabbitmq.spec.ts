import { randomUUID } from 'node:crypto';
import {
  type ClientProvider,
  type MicroserviceOptions,
  type RmqContext,
  RmqRecordBuilder,
  Transport,
} from '@nestjs/microservices';
import { connect } from 'amqplib';
import {
  attributesOfMessages,
  messagingTransportSuite,
  type PlainPeer,
} from '../../suites/messaging-transport.suite.js';
import { isServiceThere, RABBITMQ, rabbitmqUrl } from '../../support/services.js';

const queue = `orders-${randomUUID()}`;
const urls = [rabbitmqUrl()];
const options = { urls, queue, queueOptions: { durable: false, autoDelete: false } };

const { sent, processed } = attributesOfMessages('rabbitmq', RABBITMQ, {
  'messaging.destination.name': queue,
  'rabbitmq.destination.routing_key': queue,
});

messagingTransportSuite({
  name: 'RabbitMQ',
  system: 'rabbitmq',
  isThere: await isServiceThere(RABBITMQ),
  pattern: (name) => `orders.${name}`,
  server: (): MicroserviceOptions => ({ transport: Transport.RMQ, options }),
  client: (): ClientProvider => ({
    transport: Transport.RMQ,
    options: { ...options, headers: { 'x-client': 'tests' } },
  }),
  openPeer,
  usesPacketMetadata: false,
  attributes: {
    client: { ...sent, 'nestjs_traced.messaging.pattern': 'orders.find' },
    server: {
      ...processed,
      'nestjs_traced.messaging.pattern': 'orders.find',
      'code.function.name': 'OrdersController.find',
    },
    producer: { ...sent, 'nestjs_traced.messaging.pattern': 'orders.placed' },
    consumer: {
      ...processed,
      'nestjs_traced.messaging.pattern': 'orders.placed',
      'code.function.name': 'OrdersController.placed',
    },
  },
  changingAttributes: ['messaging.message.conversation_id', 'rabbitmq.message.delivery_tag'],
  record: {
    data: () =>
      new RmqRecordBuilder({ id: 1 })
        .setOptions({ headers: { 'x-tenant': 'acme' }, priority: 3, messageId: 'm-1' })
        .build(),
    isReusable: true,
    seenBy: (context) => {
      const { properties } = (context as RmqContext).getMessage();
      return properties;
    },
    expected: { headers: { 'x-tenant': 'acme', 'x-client': 'tests' }, priority: 3 },
  },
  redeliversEvents: false,
  streams: true,
  objectPattern: true,
  unknownPattern: true,
  malformedBody: true,
  parallelRequests: true,
});

async function openPeer(): Promise<PlainPeer> {
  const connection = await connect(urls[0] as string);
  const channel = await connection.createChannel();
  return {
    async listen() {
      await channel.assertQueue(queue, options.queueOptions);
      await channel.purgeQueue(queue);
      return {
        async next() {
          for (;;) {
            const message = await channel.get(queue, { noAck: true });
            if (message === false) continue;
            const { headers, replyTo, ...properties } = message.properties;
            return {
              body: message.content.toString(),
              headers,
              // The broker makes a name for the queue of the answers of each connection.
              properties: { ...properties, hasReply: replyTo !== undefined },
            };
          }
        },
        async close() {},
      };
    },
    async send(_, { body, headers }) {
      channel.sendToQueue(queue, Buffer.from(body), { headers });
    },
    async close() {
      await channel.deleteQueue(queue);
      await connection.close();
    },
  };
}
