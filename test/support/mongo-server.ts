import * as net from 'node:net';
import { BSON } from 'mongodb';

export type MongoDocument = Record<string, unknown>;

/** Says what a command is answered with; `close` cuts the connection. */
export type MongoAnswers = (
  command: MongoDocument,
) => MongoDocument | 'close' | Promise<MongoDocument | 'close'>;

/** A server that speaks enough of MongoDB's protocol for the real driver: OP_MSG, and the handshake. */
export interface MongoServer {
  readonly port: number;
  /** How many connections that are no heartbeats have sent a command. */
  readonly connectionCount: number;
  close(): Promise<void>;
}

const OP_MSG = 2013;
const HELLO = {
  ok: 1,
  isWritablePrimary: true,
  helloOk: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 21,
};

/** Clients need the option `serverApi: '1'`: without it they greet in an older protocol. */
export async function startMongoServer(answers: MongoAnswers): Promise<MongoServer> {
  const sockets = new Set<net.Socket>();
  const used = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 16 && received.length >= received.readInt32LE(0)) {
        const message = received.subarray(0, received.readInt32LE(0));
        received = received.subarray(message.length);
        void answer(socket, message);
      }
    });
  });

  async function answer(socket: net.Socket, message: Buffer): Promise<void> {
    if (message.readInt32LE(12) !== OP_MSG) return void socket.destroy();
    const command = readMessage(message);
    const isHello = 'hello' in command || 'ismaster' in command;
    if (!isHello) used.add(socket);
    const reply = isHello ? HELLO : await answers(command);
    if (reply === 'close') return void socket.destroy();
    socket.write(writeMessage(message.readInt32LE(4), reply));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    get connectionCount() {
      return used.size;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg */
function readMessage(message: Buffer): MongoDocument {
  let command: MongoDocument = {};
  let offset = 20;
  while (offset < message.length) {
    const kind = message[offset];
    const size = message.readInt32LE(offset + 1);
    const section = message.subarray(offset + 1, offset + 1 + size);
    if (kind === 0) command = { ...BSON.deserialize(section), ...command };
    else Object.assign(command, readSequence(section));
    offset += 1 + size;
  }
  return command;
}

function readSequence(section: Buffer): MongoDocument {
  const end = section.indexOf(0, 4);
  const documents: MongoDocument[] = [];
  for (let offset = end + 1; offset < section.length; offset += section.readInt32LE(offset)) {
    const document = section.subarray(offset, offset + section.readInt32LE(offset));
    documents.push(BSON.deserialize(document));
  }
  return { [section.toString('utf8', 4, end)]: documents };
}

function writeMessage(responseTo: number, reply: MongoDocument): Buffer {
  const body = BSON.serialize(reply);
  const message = Buffer.alloc(21 + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(responseTo, 4);
  message.writeInt32LE(responseTo, 8);
  message.writeInt32LE(OP_MSG, 12);
  message.set(body, 21);
  return message;
}
