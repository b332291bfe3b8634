import { once } from 'node:events';
import * as net from 'node:net';

/** A proxy before a broker. */
export interface BrokerProxy {
  readonly port: number;
  /** Loses all connections. New ones are accepted. */
  drop(): void;
  close(): void;
}

/** Stands before a broker, so that its connections can be lost without an effect on other tests. */
export async function startBrokerProxy(brokerPort: number): Promise<BrokerProxy> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const broker = net.connect(brokerPort, '127.0.0.1');
    for (const one of [socket, broker]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        socket.destroy();
        broker.destroy();
      });
    }
    socket.pipe(broker).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as net.AddressInfo).port,
    drop,
    close() {
      drop();
      server.close();
    },
  };
}
