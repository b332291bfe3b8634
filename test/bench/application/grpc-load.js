import { parseArgs } from 'node:util';
import { GrpcConnection } from './generator/grpc-connection.js';

/**
 * Calls one method as fast as it is answered, for some seconds, over a few connections with a fixed
 * number of calls on their way on each:
 *
 *     node grpc-load.js 50051 4 --connections 4 --calls 8
 *
 * Prints how many calls were answered, and in how many seconds.
 */
const {
  positionals: [port, seconds],
  values: { connections: connectionCount, calls: callsAtOnce },
} = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: 'string', default: '4' },
    calls: { type: 'string', default: '8' },
  },
});

const connections = await Promise.all(
  Array.from({ length: Number(connectionCount) }, () => GrpcConnection.open(Number(port))),
);
let calls = 0;
let isOver = false;
const begin = performance.now();
setTimeout(() => {
  isOver = true;
}, Number(seconds) * 1000);
await Promise.all(
  connections.flatMap((connection) =>
    Array.from({ length: Number(callsAtOnce) }, () => keepCalling(connection)),
  ),
);
const took = (performance.now() - begin) / 1000;
process.stdout.write(JSON.stringify({ calls, seconds: took }), () => process.exit(0));

function keepCalling(connection) {
  return new Promise((resolve, reject) => {
    const finish = (error) => {
      if (error !== undefined) return reject(error);
      calls++;
      if (isOver) resolve();
      else connection.send(finish);
    };
    connection.send(finish);
  });
}
