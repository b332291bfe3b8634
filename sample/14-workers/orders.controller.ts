import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InjectQueue } from '@nestjs/bullmq';
import { Controller, Param, Post } from '@nestjs/common';
import { context, propagation } from '@opentelemetry/api';
import { Queue } from 'bullmq';
import { Traced } from 'nestjs-traced';

@Controller('orders')
export class OrdersController {
  constructor(@InjectQueue('invoices') private readonly invoices: Queue) {}

  @Post(':id')
  async place(@Param('id') id: string): Promise<number> {
    const price = await this.computePrice(id);
    await this.invoices.add('write', { id }, { removeOnComplete: true });
    return price;
  }

  /** Work for a processor of its own. The context goes along with the data. */
  @Traced()
  private async computePrice(id: string): Promise<number> {
    const carrier = {};
    propagation.inject(context.active(), carrier);
    const worker = new Worker(new URL('price-worker.js', import.meta.url), {
      workerData: { id, carrier },
    });
    const [price] = await once(worker, 'message');
    return price;
  }
}
