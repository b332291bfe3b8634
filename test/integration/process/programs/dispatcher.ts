import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { context, propagation } from '@opentelemetry/api';
import { createTracing, OtlpSpanExporter } from 'nestjs-traced/core';
import { told } from './say.js';

/** The variables in which a process hands its context to another one. */
interface Carrier {
  traceparent?: string;
  tracestate?: string;
}

const JOB = new URL('./job.js', import.meta.url);

const tracing = createTracing({
  serviceName: 'dispatcher',
  exporter: new OtlpSpanExporter({ url: told('COLLECTOR_URL') }),
});

function injected(): Carrier {
  const carrier: Carrier = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

// A job in a thread is handed its context as data, one in a process in its environment.
await tracing.tracer.trace('dispatch', async () => {
  await tracing.tracer.trace('to a thread', async () => {
    const worker = new Worker(JOB, { workerData: injected() });
    await once(worker, 'exit');
  });
  await tracing.tracer.trace('to a process', async () => {
    const { traceparent } = injected();
    const child = fork(fileURLToPath(JOB), {
      env: { ...process.env, TRACEPARENT: traceparent },
    });
    await once(child, 'exit');
  });
});
await tracing.shutdown();
