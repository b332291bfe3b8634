import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ordersModule } from './orders.js';

/**
 * The application on Fastify, asked without sockets: requests are handed to its server as Node's
 * parser would, and what it answers is thrown away. What is left is what the process itself computes,
 * without what the kernel takes to carry a request, which is most of it.
 *
 *     node in-process.js ours 2 4
 *     node in-process.js ours-lifecycle 2 4 lifecycle
 *
 * Prints its figures after so many seconds of warming up and of measuring. With `lifecycle`, the handler has a
 * guard, an interceptor and a pipe.
 */
const [variant, warmSeconds, loadSeconds, platform] = process.argv.slice(2);
const CONNECTIONS = 32;

const { flush, prepare, ...tracing } = await import(`./variants/${variant}.js`);
const module = ordersModule({ ...tracing, hasEnhancers: platform === 'lifecycle' });
const app = await NestFactory.create(module, new FastifyAdapter(), {
  logger: ['error', 'warn'],
  abortOnError: false,
});
prepare?.(app);
await app.init();
await app.getHttpAdapter().getInstance().ready();
const server = app.getHttpServer();

/** A connection that takes everything at once and carries it nowhere. */
class NoSocket extends Socket {
  remoteAddress = '127.0.0.1';
  remotePort = 50_000;
  writable = true;

  write(_chunk, encodingOrDone, done) {
    const written = typeof encodingOrDone === 'function' ? encodingOrDone : done;
    // Never inside the call: a response is not over while it is being ended.
    if (written !== undefined) process.nextTick(written);
    return true;
  }
}

function ask(socket) {
  const request = new IncomingMessage(socket);
  Object.assign(request, { httpVersionMajor: 1, httpVersionMinor: 1, httpVersion: '1.1' });
  Object.assign(request, { method: 'GET', url: '/orders/42' });
  request.rawHeaders = ['Host', '127.0.0.1:3000'];
  request._addHeaderLines(request.rawHeaders, 2);
  request.complete = true;
  request.push(null);
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  return new Promise((resolve) => {
    response.on('finish', () => {
      if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`);
      response.detachSocket(socket);
      response.emit('close');
      resolve();
    });
    server.emit('request', request, response);
  });
}

let answered = 0;
let isOver = false;
async function keepAsking() {
  const socket = new NoSocket();
  while (!isOver) {
    await ask(socket);
    answered++;
    await nextTurn();
  }
}

const connections = Array.from({ length: CONNECTIONS }, keepAsking);
await sleep(Number(warmSeconds) * 1000);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const before = answered;
const usage = process.cpuUsage();
await sleep(Number(loadSeconds) * 1000);
const requests = answered - before;
isOver = true;
await Promise.all(connections);
const rssBytes = process.memoryUsage().rss;
await flush(app);
const { user, system } = process.cpuUsage(usage);
process.stdout.write(
  `${JSON.stringify({
    requestsPerSecond: requests / Number(loadSeconds),
    cpuMicrosPerRequest: (user + system) / requests,
    answered,
    rssBytes,
    maxDelayMillis: delay.max / 1e6,
    p99DelayMillis: delay.percentile(99) / 1e6,
  })}\n`,
);
process.exit(0);
