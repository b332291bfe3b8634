import { monitorEventLoopDelay } from 'node:perf_hooks';
import { NestFactory } from '@nestjs/core';
import { startGrpcApplication } from './grpc-application.js';
import { ordersModule } from './orders.js';

/**
 * The server under load, one variant on one platform:
 *
 *     node main.js express ours
 *
 * Tells its parent the port. On `start` it begins to count, on `stop` it sends what it counted, the
 * export of the last spans included, and ends.
 */
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
const delay = monitorEventLoopDelay({ resolution: 1 });
process.on('message', async (message) => {
  if (message === 'start') begin();
  if (message === 'stop') await finish();
});
process.on('disconnect', () => process.exit(1));
process.send({ port });

async function startHttpApplication(module) {
  const app = await create(module);
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  return { app, port: app.getHttpServer().address().port };
}

async function create(module) {
  if (platform !== 'fastify') return NestFactory.create(module, options);
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return NestFactory.create(module, new FastifyAdapter(), options);
}

function begin() {
  usage = process.cpuUsage();
  delay.enable();
  process.send({ started: true });
}

async function finish() {
  delay.disable();
  const rssBytes = process.memoryUsage().rss;
  await flush(app);
  const { user, system } = process.cpuUsage(usage);
  process.send(
    {
      cpuMicros: user + system,
      rssBytes,
      maxDelayMillis: delay.max / 1e6,
      p99DelayMillis: delay.percentile(99) / 1e6,
    },
    () => process.exit(0),
  );
}
