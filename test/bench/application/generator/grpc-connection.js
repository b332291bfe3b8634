import { once } from 'node:events';
import { connect } from 'node:net';
import { FLAG, FRAME, frame, HEAD_BYTES, literal, opening } from './http2-frames.js';

/** `OrderId { id: '42' }` behind the five bytes that gRPC puts before a message. */
const MESSAGE = Buffer.from('\0\0\0\0\u0004\n\u000242', 'latin1');
const HEADER_BLOCK = Buffer.concat([
  Buffer.from([0x83, 0x86]), // :method POST, :scheme http
  literal([0x04], '/shop.Orders/Find'), // :path
  literal([0x01], 'orders'), // :authority
  literal([0x0f, 0x10], 'application/grpc'), // content-type
  literal([0x00, 2, 0x74, 0x65], 'trailers'), // te
]);

/**
 * A connection over which calls of one method are made. It writes the frames of HTTP/2 itself: a client of
 * `@grpc/grpc-js` costs more than the server does, which then would wait for it.
 */
export class GrpcConnection {
  /** Calls that are on their way on one connection: below the limit of most servers. */
  static atOnce = 32;
  #socket;
  #nextStream = 1;
  #unread = Buffer.alloc(0);
  #answered = new Set();
  #finish = new Map();

  static async open(port) {
    const connection = new GrpcConnection(connect(port, '127.0.0.1'));
    await once(connection.#socket, 'connect');
    connection.#socket.write(opening());
    return connection;
  }

  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('close', () => this.#fail(new Error('a server closed its connection')));
    socket.on('error', (error) => this.#fail(error));
  }

  get isOpen() {
    return !this.#socket.destroyed;
  }

  /** @param finish called once, with an error where the call failed */
  send(finish) {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#finish.set(stream, finish);
    this.#socket.write(
      Buffer.concat([
        frame(FRAME.HEADERS, FLAG.END_HEADERS, stream, HEADER_BLOCK),
        frame(FRAME.DATA, FLAG.END_STREAM, stream, MESSAGE),
      ]),
    );
  }

  close() {
    this.#socket.destroy();
  }

  #read(chunk) {
    let bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    this.#socket.cork();
    while (bytes.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + bytes.readUIntBE(0, 3);
      if (bytes.length < end) break;
      this.#take(bytes[3], bytes[4], bytes.readUInt32BE(5), bytes.subarray(HEAD_BYTES, end));
      bytes = bytes.subarray(end);
    }
    this.#socket.uncork();
    this.#unread = bytes;
  }

  #take(type, flags, stream, payload) {
    if (type === FRAME.SETTINGS && !(flags & FLAG.ACK)) {
      this.#socket.write(frame(FRAME.SETTINGS, FLAG.ACK, 0));
    }
    if (type === FRAME.PING && !(flags & FLAG.ACK)) {
      this.#socket.write(frame(FRAME.PING, FLAG.ACK, 0, payload));
    }
    if (type === FRAME.RST_STREAM || type === FRAME.GOAWAY) {
      this.#fail(new Error('the server gave up'));
    }
    if (type === FRAME.DATA && payload.length > 0) this.#answered.add(stream);
    if (type === FRAME.HEADERS && flags & FLAG.END_STREAM) this.#end(stream);
  }

  #end(stream) {
    const finish = this.#finish.get(stream);
    this.#finish.delete(stream);
    // A call that fails has trailers only.
    const isAnswered = this.#answered.delete(stream);
    finish(isAnswered ? undefined : new Error('a call was not answered'));
  }

  #fail(error) {
    const waiting = [...this.#finish.values()];
    this.#finish.clear();
    for (const finish of waiting) finish(error);
  }
}
