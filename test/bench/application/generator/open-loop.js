import { createHistogram } from 'node:perf_hooks';
import { ConnectionPool } from './connection-pool.js';
import { GrpcConnection } from './grpc-connection.js';
import { HttpConnection } from './http-connection.js';

/**
 * Asks servers at a fixed rate, whether they keep up or not. README.md says why it is not one of the known
 * generators. Its parent sends `{ port, protocol, requestsPerSecond, seconds }` and receives the figures; without a
 * rate, a fixed number of requests is on its way at any time.
 *
 * Each request is due at a time that is fixed beforehand, and its latency counts from then: neither a slow answer nor
 * a late turn of this process hides that later requests have waited (no coordinated omission).
 */
const CONNECTIONS = { http: 64, grpc: 4 };
const CLOSED_LOOP_REQUESTS = 32;
const TYPES = { http: HttpConnection, grpc: GrpcConnection };
const MICROS = 1000;

const pools = new Map();

process.on('disconnect', () => process.exit(0));
process.on('message', async ({ port, protocol, requestsPerSecond, seconds }) => {
  try {
    const pool = await poolOf(port, protocol);
    process.send(
      requestsPerSecond === undefined
        ? await keepBusy(pool, seconds)
        : await keepPace(pool, requestsPerSecond, seconds),
    );
  } catch (error) {
    process.stderr.write(`${error.stack}\n`, () => process.exit(1));
  }
});

async function poolOf(port, protocol) {
  let pool = pools.get(port);
  if (pool === undefined) {
    pool = new ConnectionPool(TYPES[protocol], port);
    pools.set(port, pool);
    await pool.open(CONNECTIONS[protocol]);
  }
  return pool;
}

/** @returns latencies in microseconds, the share that was answered by the end, and how late this process was */
function keepPace(pool, requestsPerSecond, seconds) {
  const total = Math.round(requestsPerSecond * seconds);
  const intervalMillis = 1000 / requestsPerSecond;
  const latencies = createHistogram();
  const lateness = createHistogram();
  const begin = performance.now();
  let due = 0;
  let answered = 0;
  let answeredInTime = 0;
  return new Promise((resolve, reject) => {
    const sendDue = () => {
      const now = performance.now();
      while (due < total && begin + due * intervalMillis <= now) {
        sendOne(begin + due * intervalMillis);
        due++;
      }
      // Spins: timers are late by up to a millisecond, and a core that sleeps takes time to wake up.
      if (due < total) setImmediate(sendDue);
    };
    const sendOne = (dueAt) => {
      lateness.record(microsSince(dueAt));
      pool.send((error) => {
        if (error !== undefined) return reject(error);
        latencies.record(microsSince(dueAt));
        answered++;
        if (performance.now() - begin <= seconds * 1000) answeredInTime++;
        if (answered === total) resolve(figures());
      });
    };
    const figures = () => ({
      requests: total,
      keptUp: answeredInTime / total,
      p50Micros: latencies.percentile(50),
      p99Micros: latencies.percentile(99),
      p999Micros: latencies.percentile(99.9),
      lateP99Micros: lateness.percentile(99),
    });
    sendDue();
  });
}

/** @returns requests a second of a server that always has the next ones waiting */
async function keepBusy(pool, seconds) {
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let answered = 0;
  const keepAsking = () =>
    new Promise((resolve, reject) => {
      const ask = () =>
        pool.send((error) => {
          if (error !== undefined) return reject(error);
          answered++;
          if (performance.now() < end) ask();
          else resolve();
        });
      ask();
    });
  await Promise.all(Array.from({ length: CLOSED_LOOP_REQUESTS }, keepAsking));
  return {
    requests: answered,
    requestsPerSecond: answered / ((performance.now() - begin) / 1000),
  };
}

/** A histogram takes whole numbers from 1. */
function microsSince(millis) {
  return Math.max(1, Math.round((performance.now() - millis) * MICROS));
}
