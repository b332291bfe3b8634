import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import { Diagnostics } from '../../lib/diagnostics.js';
import { monotonicMillis } from '../../lib/system-time.js';
import { ViewerServer, type ViewerServerOptions } from '../../lib/viewer/server/viewer-server.js';
import { TraceStore } from '../../lib/viewer/store/trace-store.js';

/** A viewer for one test. */
export interface TestViewer {
  readonly store: TraceStore;
  readonly server: ViewerServer;
  readonly port: number;
  /** What the server has reported of itself. */
  readonly reports: string[];
  ask(request: TestRequest): Promise<TestAnswer>;
  /** Lets five seconds pass by the clock of the store: traces that have arrived are complete, and count. */
  passTime(): void;
}

export interface TestRequest {
  /** @default 'GET' */
  readonly method?: string;
  readonly path: string;
  /** Beside `Host`, which names the server unless it is given here. */
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every type
  readonly json: () => any;
}

const SETTLED_MILLIS = 5_000;

/** Starts viewers on the loopback that are closed after the test. */
export function viewersOfTest(): (options?: Partial<ViewerServerOptions>) => Promise<TestViewer> {
  const servers: ViewerServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  return async (options = {}) => {
    const reports: string[] = [];
    let passedMillis = 0;
    const limits = { maxBytes: 64 * 2 ** 20, maxTraces: 1_000 };
    const store = options.store ?? new TraceStore(limits, () => monotonicMillis() + passedMillis);
    const server = new ViewerServer({
      store,
      host: '127.0.0.1',
      port: 0,
      hosts: [],
      ingestOrigins: undefined,
      token: undefined,
      source: { editor: 'vscode://file{file}:{line}:{column}', pathMap: [], sourceRoots: [] },
      diagnostics: new Diagnostics({ warn: (message) => reports.push(message) }),
      ...options,
    });
    servers.push(server);
    await server.listen();
    const { port } = server;
    const passTime = (): void => {
      passedMillis += SETTLED_MILLIS;
    };
    return { store, server, port, reports, ask: (request) => ask(port, request), passTime };
  };
}

/** Sends one request on a connection of its own. */
export function ask(
  port: number,
  { method = 'GET', path, headers, body }: TestRequest,
): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path, headers: { connection: 'close', ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const content = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: content,
            json: () => JSON.parse(content.toString()),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** A connection on which a test writes what it likes; destroyed after the test. */
export function socketsOfTest(): (port: number, text: string) => Socket {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  return (port, text) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    socket.write(text);
    return socket;
  };
}
