import { randomUUID } from 'node:crypto';
import { type ClientProvider, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { Redis } from 'ioredis';
import {
  attributesOfMessages,
  messagingTransportSuite,
  type PlainMessage,
  type PlainPeer,
} from '../../suites/messaging-transport.suite.js';
import { Arrivals } from '../../support/arrivals.js';
import { isServiceThere, REDIS } from '../../support/services.js';

const run = `orders-${randomUUID()}`;
const options = { host: '127.0.0.1', port: REDIS.port };

const { sent, processed } = attributesOfMessages('redis', REDIS);

messagingTransportSuite({
  name: 'Redis',
  system: 'redis',
  isThere: await isServiceThere(REDIS),
  pattern: (name) => `${run}.${name}`,
  server: (): MicroserviceOptions => ({ transport: Transport.REDIS, options }),
  client: (): ClientProvider => ({ transport: Transport.REDIS, options }),
  openPeer,
  usesPacketMetadata: true,
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
  changingAttributes: ['messaging.message.conversation_id'],
  redeliversEvents: false,
  streams: true,
  objectPattern: 'a server receives the channels of its handlers only',
  unknownPattern: 'a server receives the channels of its handlers only',
  malformedBody: 'Nest passes a text that is no JSON to the handler',
  parallelRequests: true,
});

async function openPeer(): Promise<PlainPeer> {
  const publisher = new Redis(options);
  const subscriber = new Redis(options);
  return {
    async listen(pattern) {
      const messages = new Arrivals<PlainMessage>();
      const add = (_: string, body: string): void => messages.add({ body });
      await subscriber.subscribe(pattern);
      subscriber.on('message', add);
      return {
        next: () => messages.next(),
        close: async () => {
          subscriber.off('message', add);
          await subscriber.unsubscribe(pattern);
        },
      };
    },
    async send(pattern, { body }) {
      await publisher.publish(pattern, body);
    },
    async close() {
      await publisher.quit();
      await subscriber.quit();
    },
  };
}
