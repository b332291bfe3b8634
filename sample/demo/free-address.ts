import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** An address that nobody listens on: Nest's gRPC transport does not say which port it was given. */
export async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `${address}:${port}`;
}
