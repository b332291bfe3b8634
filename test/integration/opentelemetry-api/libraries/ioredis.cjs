const { IORedisInstrumentation } = require('@opentelemetry/instrumentation-ioredis');
const { startTracing, print } = require('./tracing.cjs');

new IORedisInstrumentation();
const Redis = require('ioredis');
const { tracing, tracer, recorder } = startTracing(process.argv[2]);

async function main() {
  const redis = new Redis({ host: '127.0.0.1', lazyConnect: true });
  await redis.connect();
  await tracer.trace('request', async () => {
    await redis.set('nestjs-traced:test', '1', 'EX', 10);
    await tracer.trace('read', () => redis.get('nestjs-traced:test'));
  });
  await redis.quit();
  print(recorder);
  await tracing.shutdown();
}

void main();
