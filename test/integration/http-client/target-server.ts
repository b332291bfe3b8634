import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the server received it. */
export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
}

/** A server on the loopback that answers, fails or keeps silent, as the path says. */
export interface TargetServer {
  readonly url: string;
  readonly port: number;
  /** The requests since the last call. */
  takeRequests(): ReceivedRequest[];
  /** The number of connections since the start. */
  readonly connectionCount: number;
  closeConnections(): void;
  close(): Promise<void>;
}

/** Larger than what clients read without being asked. */
export const BIG_BODY = 'x'.repeat(4_000_000);

const ANSWERS: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/redirect': (_, response) => response.writeHead(302, { location: '/landing?a=1' }).end('moved'),
  '/never': () => {},
  // Over TLS, a socket cannot be reset.
  '/reset': ({ socket }) =>
    void ('encrypted' in socket ? socket.destroy() : socket.resetAndDestroy()),
  '/hang-up': ({ socket }) => void socket.end(),
  '/breaks-off': ({ socket }, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('part');
    setTimeout(() => socket.destroy(), 20);
  },
  '/never-ends': (_, response) => void response.writeHead(200).write('part'),
  '/big': (_, response) => response.end(BIG_BODY),
};

export async function startTargetServer(isSecure = false): Promise<TargetServer> {
  let received: ReceivedRequest[] = [];
  let connectionCount = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url = '', headers, rawHeaders } = request;
    received.push({ method, path: url, headers, rawHeaders });
    const special = ANSWERS[url];
    if (special !== undefined) return special(request, response);
    let length = 0;
    for await (const chunk of request) length += (chunk as Buffer).length;
    const status = Number(/\/(\d{3})/.exec(url)?.[1] ?? 200);
    response.writeHead(status, { 'x-answer': 'yes' }).end(`body of ${length}`);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    // A request that its client breaks off.
    answer(request, response).catch(() => {});
  };
  const server = isSecure ? createSecureServer(readKeys(), listener) : createServer(listener);
  server.on(isSecure ? 'secureConnection' : 'connection', () => connectionCount++);
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
    );
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const { method, url = '', headers, rawHeaders } = request;
    received.push({ method, path: url, headers, rawHeaders });
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${isSecure ? 'https' : 'http'}://localhost:${port}`,
    port,
    takeRequests: () => received.splice(0),
    get connectionCount() {
      return connectionCount;
    },
    closeConnections: () => server.closeAllConnections(),
    close() {
      server.closeAllConnections();
      received = [];
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const CERTIFICATES = new URL('../export/certificates/', import.meta.url);

export function readCertificate(name: string): string {
  return readFileSync(new URL(`${name}.pem`, CERTIFICATES), 'utf8');
}

function readKeys(): { readonly key: string; readonly cert: string } {
  return { key: readCertificate('server-key'), cert: readCertificate('server') };
}
