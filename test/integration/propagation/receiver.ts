import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where an application's calls arrive. */
export interface Receiver {
  readonly url: string;
  /** The headers of the requests since the last take, as they came: name, value, name, value. */
  takeHeaders(): string[][];
  close(): Promise<void>;
}

/**
 * A server that remembers the headers of what it is sent.
 *
 * @param locationOf where a request is redirected to; undefined where it is answered
 */
export async function startReceiver(
  locationOf: (request: IncomingMessage) => string | undefined = () => undefined,
): Promise<Receiver> {
  let received: string[][] = [];
  const server: Server = createServer((request, response) => {
    received.push(request.rawHeaders);
    const location = locationOf(request);
    request.resume();
    if (location === undefined) response.end('received');
    else response.writeHead(307, { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    takeHeaders() {
      const taken = received;
      received = [];
      return taken;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The values of all headers of a name, in any case. */
export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
}
