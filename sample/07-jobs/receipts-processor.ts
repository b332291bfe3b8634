import { setTimeout as wait } from 'node:timers/promises';
import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { Tracer } from 'nestjs-traced';

@Processor('receipts')
export class ReceiptsProcessor extends WorkerHost {
  constructor(private readonly tracer: Tracer) {
    super();
  }

  // Each attempt is a trace of its own, with a link to the request that added the job.
  async process(job: Job<{ id: string }>): Promise<void> {
    await this.tracer.trace('print receipt', async (span) => {
      span.setAttribute('order.id', job.data.id);
      await wait(5);
      if (job.attemptsMade === 0) throw new Error('The printer is out of paper');
    });
  }
}
