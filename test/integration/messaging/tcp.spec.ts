import { once } from 'node:events';
import * as net from 'node:net';
import { type ClientProvider, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import {
  attributesOfMessages,
  messagingTransportSuite,
  type PlainMessage,
  type PlainPeer,
} from '../../suites/messaging-transport.suite.js';
import { Arrivals } from '../../support/arrivals.js';
import { freePort } from '../../support/free-port.js';

const port = await freePort();

const messages = attributesOfMessages('tcp', { port });
const { sent } = messages;
const processed = { ...messages.processed, 'network.peer.address': '127.0.0.1' };

messagingTransportSuite({
  name: 'TCP',
  system: 'tcp',
  isThere: true,
  pattern: (name) => `orders.${name}`,
  server: (): MicroserviceOptions => ({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
  }),
  client: (): ClientProvider => ({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
  }),
  openPeer: async () => tcpPeer,
  usesPacketMetadata: true,
  attributes: {
    client: { ...sent, 'messaging.destination.name': 'orders.find' },
    server: {
      ...processed,
      'messaging.destination.name': 'orders.find',
      'code.function.name': 'OrdersController.find',
    },
    producer: { ...sent, 'messaging.destination.name': 'orders.placed' },
    consumer: {
      ...processed,
      'messaging.destination.name': 'orders.placed',
      'code.function.name': 'OrdersController.placed',
    },
  },
  changingAttributes: ['network.peer.port', 'messaging.message.conversation_id'],
  redeliversEvents: false,
  streams: true,
  objectPattern: true,
  unknownPattern: true,
  malformedBody: 'Nest closes the connection before it has a message',
  parallelRequests: true,
});

/** Writes and reads the frames of Nest's `JsonSocket`: the length, `#`, and the text. */
const tcpPeer: PlainPeer = {
  async listen() {
    const messages = new Arrivals<PlainMessage>();
    const server = net.createServer((socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        for (;;) {
          // The length is a count of characters.
          const start = text.indexOf('#') + 1;
          const end = start + Number(text.slice(0, start - 1));
          if (start === 0 || text.length < end) return;
          messages.add({ body: text.slice(start, end) });
          text = text.slice(end);
        }
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return {
      next: () => messages.next(),
      close: async () => {
        server.close();
        await once(server, 'close');
      },
    };
  },
  async send(_, { body }) {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.end(`${body.length}#${body}`);
  },
  async close() {},
};
