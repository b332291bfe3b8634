import { parentPort, workerData } from 'node:worker_threads';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { createTracing } from 'nestjs-traced/core';

const tracing = createTracing({ serviceName: 'prices' });

// The context of the caller: the span below belongs to its trace.
const caller = propagation.extract(ROOT_CONTEXT, workerData.carrier);

const price = context.with(caller, () =>
  tracing.tracer.trace('compute price', (span) => {
    span.setAttribute('order.id', workerData.id);
    let sum = 0;
    for (let part = 0; part < 1_000_000; part++) sum += part % 7;
    return sum;
  }),
);
parentPort?.postMessage(price);

// Delivers the spans before the thread ends.
await tracing.shutdown();
