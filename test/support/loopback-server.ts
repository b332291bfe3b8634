import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';

/** A server on the loopback for one test. */
export interface LoopbackServer {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** The requests so far. */
  readonly requests: readonly IncomingMessage[];
}

/** Starts servers that are closed after the test. */
export function serversOfTest(): (listener?: RequestListener) => Promise<LoopbackServer> {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
  return async (listener = (_, response) => void response.end('body')) => {
    const requests: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      requests.push(request);
      listener(request, response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, port, server, requests };
  };
}
