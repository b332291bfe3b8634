import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** How a {@link ForwardProxy} behaves. */
export interface ForwardProxyOptions {
  /** Requests without these get 407: `user:password`. @default everybody is served */
  readonly credentials?: string;
  /** Certificate and key; with them the proxy speaks TLS. */
  readonly tls?: https.ServerOptions;
  /** Where hosts really are, as a name server of the proxy would say: port by `host:port`. */
  readonly ports?: Readonly<Record<string, number>>;
  /** The status of each answer. @default the request is served */
  readonly refusal?: number;
  /** @default 127.0.0.1 */
  readonly address?: string;
}

/** A proxy for HTTP/1.1 on a free port, which forwards requests and opens tunnels. */
export class ForwardProxy {
  /** What it was asked for: `POST http://host/path`, `CONNECT host:port`. */
  readonly requests: string[] = [];
  /** The headers of the same requests. */
  readonly headers: IncomingMessage['headers'][] = [];
  readonly #options: ForwardProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: ForwardProxyOptions) {
    this.#options = options;
    this.#server =
      options.tls === undefined ? createServer() : (https.createServer(options.tls) as Server);
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
    this.#server.on('request', (incoming, response) => {
      const refusal = this.#refusalOf(incoming);
      if (refusal !== undefined) {
        response.writeHead(refusal, { 'content-length': 0 }).end();
        return;
      }
      const url = new URL(incoming.url ?? '');
      const { method, headers } = incoming;
      const onward = {
        host: '127.0.0.1',
        port: this.#portOf(url.host),
        path: url.pathname + url.search,
      };
      const forwarded = request({ ...onward, method, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      forwarded.on('error', () => response.writeHead(502).end());
      incoming.pipe(forwarded);
    });
    this.#server.on('connect', (incoming, client: Socket, head) => {
      const refusal = this.#refusalOf(incoming);
      if (refusal !== undefined) {
        client.end(`HTTP/1.1 ${refusal} Refused\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      const receiver = connect(this.#portOf(incoming.url ?? ''), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        receiver.write(head);
        receiver.pipe(client).pipe(receiver);
      });
      this.#keep(receiver);
      receiver.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
      client.on('error', () => receiver.destroy());
      client.on('close', () => receiver.destroy());
    });
  }

  static async start(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
    const proxy = new ForwardProxy(options);
    const { address = '127.0.0.1' } = options;
    await new Promise<void>((resolve) => proxy.#server.listen(0, address, resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    const { tls, address = '127.0.0.1' } = this.#options;
    const host = address.includes(':') ? `[${address}]` : address;
    return `${tls === undefined ? 'http' : 'https'}://${host}:${this.port}`;
  }

  /** The URL with user and password. */
  urlFor(credentials: string): string {
    return this.url.replace('://', `://${credentials}@`);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
  }

  #refusalOf({ method, url, headers }: IncomingMessage): number | undefined {
    this.requests.push(`${method} ${url}`);
    this.headers.push(headers);
    const { credentials, refusal } = this.#options;
    if (refusal !== undefined || credentials === undefined) return refusal;
    const wanted = `Basic ${Buffer.from(credentials).toString('base64')}`;
    return headers['proxy-authorization'] === wanted ? undefined : 407;
  }

  #portOf(authority: string): number {
    return this.#options.ports?.[authority] ?? Number(/:(\d+)$/.exec(authority)?.[1] ?? 80);
  }
}
