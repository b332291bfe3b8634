/**
 * Connections to one server. A request that finds none free waits for the next one, as those of a client with a
 * limited pool do; its latency counts from when it was due.
 */
export class ConnectionPool {
  #type;
  #port;
  #free = [];
  #waiting = [];
  #oldest = 0;

  /** @param type of connection: `HttpConnection` or `GrpcConnection` */
  constructor(type, port) {
    this.#type = type;
    this.#port = port;
  }

  /** Connections are opened beforehand, so that no request pays for it. */
  async open(count) {
    const connections = await Promise.all(
      Array.from({ length: count }, () => this.#type.open(this.#port)),
    );
    for (const connection of connections) {
      for (let place = 0; place < this.#type.atOnce; place++) this.#free.push(connection);
    }
  }

  /** @param finish called when the request is answered, with an error where the answer is no good one */
  send(finish) {
    let connection = this.#free.pop();
    while (connection?.isOpen === false) {
      void this.#replace();
      connection = this.#free.pop();
    }
    if (connection === undefined) this.#waiting.push(finish);
    else this.#sendOver(connection, finish);
  }

  /** A server closes a connection over which no request came for a minute. */
  async #replace() {
    const connection = await this.#type.open(this.#port);
    const next = this.#takeWaiting();
    if (next !== undefined) this.#sendOver(connection, next);
    else this.#free.push(connection);
  }

  #sendOver(connection, finish) {
    connection.send((error) => {
      const next = this.#takeWaiting();
      if (next !== undefined) this.#sendOver(connection, next);
      else this.#free.push(connection);
      finish(error);
    });
  }

  /** Not `shift`, which moves all the others. */
  #takeWaiting() {
    if (this.#oldest === this.#waiting.length) {
      this.#waiting = [];
      this.#oldest = 0;
      return undefined;
    }
    const next = this.#waiting[this.#oldest];
    this.#waiting[this.#oldest++] = undefined;
    return next;
  }
}
