import { monitorEventLoopDelay } from 'node:perf_hooks';
import { NestFactory } from '@nestjs/core';
import { threadCpuNanos } from '../../micro/thread-time.js';
import { startGrpcApplication } from './grpc-application.js';
import { ordersModule } from './orders.js';

/**
 * The server under load, one variant on one platform:
 *
 *     node main.js express ours
 *
 * Tells its parent the port. On `begin` it begins to count, on `measure` it sends what it counted, the export of the
 * last spans included. `watch` before that measures the delay of the event loop too, `stop` ends it. On the platform
 * `lifecycle`, which is Fastify, the handler has a guard, an interceptor and a pipe.
 */
const IDLE_MILLIS = 3600_000;

const [platform, variant] = process.argv.slice(2);
const { flush, prepare, ...tracing } = await import(`./variants/${variant}.js`);
const options = { logger: ['error', 'warn'], abortOnError: false };
const { app, port } =
  platform === 'grpc'
    ? await startGrpcApplication(tracing, options)
    : await startHttpApplication(
        ordersModule({ ...tracing, hasEnhancers: platform === 'lifecycle' }),
      );

let usage;
let mainThreadNanos;
const delay = monitorEventLoopDelay({ resolution: 1 });
const answers = {
  watch() {
    delay.enable();
    return { watching: true };
  },
  begin() {
    delay.reset();
    usage = process.cpuUsage();
    mainThreadNanos = threadCpuNanos();
    return { started: true };
  },
  measure,
  stop: () => process.exit(0),
};
process.on('message', async (question) => process.send(await answers[question]()));
process.on('disconnect', () => process.exit(1));
process.send({ port });

async function startHttpApplication(module) {
  const app = await create(module);
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer();
  // While other variants are measured, its connections wait for longer than Node keeps them by default.
  server.keepAliveTimeout = IDLE_MILLIS;
  return { app, port: server.address().port };
}

async function create(module) {
  if (platform === 'express') return NestFactory.create(module, options);
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return NestFactory.create(module, new FastifyAdapter(), options);
}

async function measure() {
  const rssBytes = process.memoryUsage().rss;
  const [maxDelayMillis, p99DelayMillis] = [delay.max / 1e6, delay.percentile(99) / 1e6];
  await flush(app);
  const { user, system } = process.cpuUsage(usage);
  const mainThreadMicros = (threadCpuNanos() - mainThreadNanos) / 1e3;
  return { cpuMicros: user + system, mainThreadMicros, rssBytes, maxDelayMillis, p99DelayMillis };
}
