import { join } from 'node:path';
import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { OrdersController } from './orders.controller.js';

@Module({
  imports: [
    TracingModule.forRoot({ serviceName: 'orders' }),
    BullModule.forRoot({
      connection: { url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' },
      prefix: process.env.BULLMQ_PREFIX ?? 'sample',
    }),
    BullModule.registerQueue({
      name: 'invoices',
      // BullMQ runs this file in a process of its own.
      processors: [join(import.meta.dirname, 'invoice-processor.js')],
    }),
  ],
  controllers: [OrdersController],
})
export class AppModule {}
