const { Queue, Worker } = require('bullmq');
const { BullMQOtel } = require('bullmq-otel');
const { startTracing, takeTime, print } = require('./tracing.cjs');

const { tracing, tracer, recorder } = startTracing(process.argv[2]);

async function main() {
  const name = 'orders';
  const connection = { host: '127.0.0.1', port: 6379 };
  // Tests that run at the same time must not see each other's jobs.
  const prefix = `nestjs-traced-${process.pid}`;
  const telemetry = new BullMQOtel('shop');
  const queue = new Queue(name, { connection, prefix, telemetry });
  const worker = new Worker(name, () => tracer.trace('pack order', takeTime), {
    connection,
    prefix,
    telemetry,
    autorun: false,
  });
  const completed = new Promise((resolve) => worker.on('completed', resolve));
  await tracer.trace('request', () => queue.add('pack', { order: 1 }));
  const work = worker.run();
  await completed;
  await worker.close();
  await work;
  await queue.obliterate({ force: true });
  await queue.close();
  print(recorder);
  await tracing.shutdown();
}

void main();
