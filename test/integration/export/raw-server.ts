import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What a server does with the request number `index` of all its connections, from 0 on. */
export type RawAnswer = (socket: Socket, index: number) => unknown;

/**
 * A server that speaks HTTP only as far as the test writes it: it finds the ends of requests by their
 * `content-length`, and sends what it is told, in the pieces it is told.
 */
export class RawServer {
  connectionCount = 0;
  requestCount = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, answer: RawAnswer, onConnect: (socket: Socket) => unknown) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.connectionCount++;
      this.#sockets.add(socket);
      socket.on('error', () => {});
      onConnect(socket);
      let received = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        for (let length = lengthOfFirst(received); length > 0; length = lengthOfFirst(received)) {
          received = received.subarray(length);
          answer(socket, this.requestCount++);
        }
      });
    });
  }

  static async start(
    answer: RawAnswer,
    onConnect: (socket: Socket) => unknown = () => {},
  ): Promise<RawServer> {
    const server = createServer();
    const rawServer = new RawServer(server, answer, onConnect);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return rawServer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The length of the first request, if it is there completely; else 0. */
function lengthOfFirst(received: Buffer): number {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const [, bodyLength] =
    /content-length: (\d+)/i.exec(received.toString('latin1', 0, headEnd)) ?? [];
  const length = headEnd + 4 + Number(bodyLength ?? 0);
  return received.length >= length ? length : 0;
}

/** A port of this machine where nobody listens. */
export async function findRefusingUrl(): Promise<string> {
  const server = await RawServer.start(() => {});
  const { url } = server;
  await server.stop();
  return url;
}
