import { InjectQueue } from '@nestjs/bullmq';
import { Controller, Param, Post } from '@nestjs/common';
import { Queue } from 'bullmq';

@Controller('orders')
export class OrdersController {
  constructor(@InjectQueue('receipts') private readonly receipts: Queue) {}

  @Post(':id')
  async place(@Param('id') id: string): Promise<void> {
    await this.receipts.add('print', { id }, { attempts: 2, removeOnComplete: true });
  }
}
