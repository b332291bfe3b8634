import { randomUUID } from 'node:crypto';
import { connect, headers as createHeaders, type MsgHdrs } from '@nats-io/transport-node';
import {
  type ClientProvider,
  type MicroserviceOptions,
  type NatsContext,
  NatsRecordBuilder,
  Transport,
} from '@nestjs/microservices';
import {
  attributesOfMessages,
  messagingTransportSuite,
  type PlainMessage,
  type PlainPeer,
} from '../../suites/messaging-transport.suite.js';
import { Arrivals } from '../../support/arrivals.js';
import { isServiceThere, NATS } from '../../support/services.js';

const run = `orders-${randomUUID()}`;
const servers = [`nats://127.0.0.1:${NATS.port}`];

const messages = attributesOfMessages('nats', NATS);
const { sent } = messages;
const processed = { ...messages.processed, 'messaging.consumer.group.name': 'shop' };

messagingTransportSuite({
  name: 'NATS',
  system: 'nats',
  isThere: await isServiceThere(NATS),
  pattern: (name) => `${run}.${name}`,
  server: (): MicroserviceOptions => ({
    transport: Transport.NATS,
    options: { servers, queue: 'shop' },
  }),
  client: (): ClientProvider => ({
    transport: Transport.NATS,
    options: { servers, headers: { 'x-client': 'tests' } },
  }),
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
  changingAttributes: ['messaging.message.conversation_id'],
  record: {
    data: () => {
      const headers = createHeaders();
      headers.append('x-tenant', 'acme');
      headers.append('x-tenant', 'other');
      headers.set('traceparent', 'of the user');
      return new NatsRecordBuilder({ id: 1 }).setHeaders(headers).build();
    },
    isReusable: true,
    seenBy: (context) => {
      const headers = (context as NatsContext).getHeaders() as MsgHdrs;
      return { tenants: headers.values('x-tenant'), client: headers.get('x-client') };
    },
    expected: { tenants: ['acme', 'other'], client: 'tests' },
  },
  redeliversEvents: false,
  streams: true,
  objectPattern: 'a server receives the subjects of its handlers only',
  unknownPattern: 'a server receives the subjects of its handlers only',
  malformedBody: true,
  parallelRequests: true,
});

async function openPeer(): Promise<PlainPeer> {
  const connection = await connect({ servers });
  return {
    async listen(pattern) {
      const messages = new Arrivals<PlainMessage>();
      const subscription = connection.subscribe(pattern, {
        callback: (_, message) =>
          messages.add({
            body: message.string(),
            headers: Object.fromEntries(
              [...(message.headers ?? [])].map(([name, values]) => [name, values.join()]),
            ),
            // The subject of the answer is random.
            properties: { hasReply: Boolean(message.reply) },
          }),
      });
      await connection.flush();
      return {
        next: () => messages.next(),
        close: async () => subscription.unsubscribe(),
      };
    },
    async send(pattern, { body, headers = {} }) {
      const natsHeaders = createHeaders();
      for (const [name, value] of Object.entries(headers)) natsHeaders.set(name, String(value));
      connection.publish(pattern, body, { headers: natsHeaders });
      await connection.flush();
    },
    close: () => connection.close(),
  };
}
