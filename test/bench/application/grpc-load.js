import { once } from 'node:events';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';

/**
 * Calls one method as fast as it is answered, for some seconds, over a few connections with a fixed
 * number of calls on their way on each:
 *
 *     node grpc-load.js 127.0.0.1:50051 4 --connections 4 --calls 8
 *
 * Prints how many calls were answered, and in how many seconds. It writes the frames of HTTP/2 itself:
 * a client of `@grpc/grpc-js` costs more than the server does, which then would wait for it.
 */
/** Spec: RFC 9113, section 6. */
const [DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE] = [0, 1, 3, 4, 6, 7, 8];
const [END_STREAM, ACK, END_HEADERS] = [1, 1, 4];
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const WINDOW = 2 ** 31 - 65_536;

/** `OrderId { id: '42' }` behind the five bytes that gRPC puts before a message. */
const MESSAGE = Buffer.from('\0\0\0\0\u0004\n\u000242', 'latin1');
/** Without a dynamic table. Spec: RFC 7541, section 6 and appendix A. */
const HEADER_BLOCK = Buffer.concat([
  Buffer.from([0x83, 0x86]), // :method POST, :scheme http
  literal([0x04], '/shop.Orders/Find'), // :path
  literal([0x01], 'orders'), // :authority
  literal([0x0f, 0x10], 'application/grpc'), // content-type
  literal([0x00, 2, 0x74, 0x65], 'trailers'), // te
]);

const {
  positionals: [address, seconds],
  values: { connections: connectionCount, calls: callsAtOnce },
} = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: 'string', default: '4' },
    calls: { type: 'string', default: '8' },
  },
});
const [host, port] = address.split(':');

class Connection {
  calls = 0;
  #socket = connect(Number(port), host);
  #nextStream = 1;
  #unread = Buffer.alloc(0);
  #answered = new Set();
  #isOver = false;

  async run(millis) {
    await once(this.#socket, 'connect');
    this.#socket.setNoDelay(true);
    const window = Buffer.alloc(4);
    window.writeUInt32BE(WINDOW);
    this.#socket.write(
      Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), frame(WINDOW_UPDATE, 0, 0, window)]),
    );
    this.#socket.on('data', (chunk) => this.#read(chunk));
    for (let index = 0; index < Number(callsAtOnce); index++) this.#call();
    setTimeout(() => {
      this.#isOver = true;
    }, millis);
    await once(this.#socket, 'close');
  }

  #call() {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#socket.write(
      Buffer.concat([
        frame(HEADERS, END_HEADERS, stream, HEADER_BLOCK),
        frame(DATA, END_STREAM, stream, MESSAGE),
      ]),
    );
  }

  #read(chunk) {
    let bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    this.#socket.cork();
    while (bytes.length >= 9) {
      const end = 9 + bytes.readUIntBE(0, 3);
      if (bytes.length < end) break;
      this.#take(bytes[3], bytes[4], bytes.readUInt32BE(5), bytes.subarray(9, end));
      bytes = bytes.subarray(end);
    }
    this.#socket.uncork();
    this.#unread = bytes;
  }

  #take(type, flags, stream, payload) {
    if (type === SETTINGS && !(flags & ACK)) this.#socket.write(frame(SETTINGS, ACK, 0));
    if (type === PING && !(flags & ACK)) this.#socket.write(frame(PING, ACK, 0, payload));
    if (type === RST_STREAM || type === GOAWAY) throw new Error('the server gave up');
    if (type === DATA && payload.length > 0) this.#answered.add(stream);
    if (type === HEADERS && flags & END_STREAM) this.#finish(stream);
  }

  #finish(stream) {
    // A call that fails has trailers only.
    if (!this.#answered.delete(stream)) throw new Error('a call was not answered');
    this.calls++;
    if (this.#isOver) this.#socket.destroy();
    else this.#call();
  }
}

const begin = performance.now();
const connections = Array.from({ length: Number(connectionCount) }, () => new Connection());
await Promise.all(connections.map((connection) => connection.run(Number(seconds) * 1000)));
const answered = connections.reduce((sum, connection) => sum + connection.calls, 0);
process.stdout.write(
  JSON.stringify({ calls: answered, seconds: (performance.now() - begin) / 1000 }),
);

function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function literal(name, value) {
  return Buffer.concat([Buffer.from([...name, value.length]), Buffer.from(value)]);
}
