import { fileURLToPath } from 'node:url';
import { has, output } from '../child.js';

const CONNECTIONS = 32;
const GRPC_LOAD = fileURLToPath(new URL('./grpc-load.js', import.meta.url));
const AUTOCANNON = fileURLToPath(import.meta.resolve('autocannon'));

/** wrk where it is installed, since it leaves more of its core to the sink; else autocannon. */
export const generator = (await has('wrk', ['-v'])) ? 'wrk' : 'autocannon';

/**
 * Asks for one path as fast as it is answered, on a fixed number of connections.
 *
 * @returns the number of requests answered and how many were a second; fails when one went wrong
 */
export async function load(url, seconds, core) {
  const limitMillis = (seconds + 20) * 1000;
  return generator === 'wrk'
    ? parseWrk(
        await output(['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, url], {
          core,
          limitMillis,
          command: 'wrk',
        }),
      )
    : parseAutocannon(
        await output([AUTOCANNON, '-j', '-c', CONNECTIONS, '-d', seconds, url].map(String), {
          core,
          limitMillis,
        }),
      );
}

/**
 * As {@link load}, for gRPC.
 *
 * @param isOneByOne true for one caller that waits for each answer
 */
export async function loadGrpc(port, seconds, core, isOneByOne) {
  const limitMillis = (seconds + 20) * 1000;
  const callers = isOneByOne ? ['--connections', '1', '--calls', '1'] : [];
  const text = await output([GRPC_LOAD, String(port), String(seconds), ...callers], {
    core,
    limitMillis,
  });
  const { calls, seconds: took } = JSON.parse(text);
  return { requests: calls, requestsPerSecond: calls / took };
}

function parseWrk(text) {
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`requests went wrong:\n${text}`);
  const requests = Number(/(\d+) requests in/.exec(text)[1]);
  return { requests, requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]) };
}

function parseAutocannon(text) {
  const result = JSON.parse(text);
  if (result.non2xx + result.errors > 0) throw new Error('requests went wrong');
  return {
    requests: result.requests.total,
    requestsPerSecond: result.requests.total / result.duration,
  };
}
