import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port for a server that cannot say which one it was given: Nest's gRPC transport, and servers of other makers. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
