import type { SandboxedJob } from 'bullmq';
import { createTracing, tracedProcessor } from 'nestjs-traced/core';

// BullMQ ends this process without a signal, so spans do not wait long for their batch.
const tracing = createTracing({ serviceName: 'invoices', batch: { scheduledDelayMillis: 200 } });

export default tracedProcessor(async (job: SandboxedJob<{ id: string }>) => {
  await tracing.tracer.trace('write invoice', async (span) => {
    span.setAttribute('order.id', job.data.id);
  });
});
