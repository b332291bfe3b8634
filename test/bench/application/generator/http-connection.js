import { once } from 'node:events';
import { connect } from 'node:net';

const PATHS = 1000;
/** Made beforehand: a client of Node's would cost more than some of the servers. */
const REQUESTS = Array.from({ length: PATHS }, (_, id) =>
  Buffer.from(
    `GET /orders/${id} HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nUser-Agent: open-loop/1 (${id % 7})\r\nAccept: application/json\r\n\r\n`,
  ),
);
const HEAD_END = '\r\n\r\n';

/** A kept connection over which one request at a time is sent. */
export class HttpConnection {
  static atOnce = 1;
  #socket;
  #text = '';
  #next = 0;
  #finish = undefined;

  static async open(port) {
    const connection = new HttpConnection(connect(port, '127.0.0.1'));
    await once(connection.#socket, 'connect');
    return connection;
  }

  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.#read(text));
    socket.on('close', () => this.#finish?.(new Error('a server closed its connection')));
    socket.on('error', (error) => this.#finish?.(error));
  }

  get isOpen() {
    return !this.#socket.destroyed;
  }

  /** @param finish called once, with an error where the answer is no good one */
  send(finish) {
    this.#finish = finish;
    this.#socket.write(REQUESTS[this.#next]);
    this.#next = (this.#next + 1) % PATHS;
  }

  close() {
    this.#socket.destroy();
  }

  #read(text) {
    this.#text = this.#text === '' ? text : this.#text + text;
    const headEnd = this.#text.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#text.slice(0, headEnd);
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1]);
    if (this.#text.length < headEnd + HEAD_END.length + length) return;
    const finish = this.#finish;
    this.#text = '';
    this.#finish = undefined;
    // Node's server answers 408 where a connection has waited too long for its first request, and closes it.
    if (finish === undefined) this.#socket.destroy();
    else finish(head.startsWith('HTTP/1.1 200') ? undefined : new Error(`answered ${head}`));
  }
}
