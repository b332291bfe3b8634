import { once } from 'node:events';
import * as net from 'node:net';
import { type ClientProvider, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { messagingTransportSuite, type PlainPeer } from '../../suites/messaging-transport.suite.js';
import { freePort } from '../../support/free-port.js';

const port = await freePort();

const sent = {
  'messaging.system.name': 'tcp',
  'messaging.operation.name': 'send',
  'messaging.operation.type': 'send',
  'server.address': '127.0.0.1',
  'server.port': port,
};
const processed = {
  ...sent,
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  'network.peer.address': '127.0.0.1',
};

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
    const server = net.createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const received = new Promise<Buffer>((resolve) => {
      server.once('connection', (socket) => {
        socket.once('data', (frame) => {
          socket.destroy();
          server.close();
          resolve(frame);
        });
      });
    });
    return async () => {
      const text = (await received).toString();
      return { body: text.slice(text.indexOf('#') + 1) };
    };
  },
  async send(_, { body }) {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.end(`${body.length}#${body}`);
  },
  async close() {},
};
