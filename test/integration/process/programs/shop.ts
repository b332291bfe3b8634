import 'reflect-metadata';
import { setTimeout } from 'node:timers/promises';
import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  OtlpSpanExporter,
  SpanAttribute,
  Traced,
  TracingModule,
  TracingStatistics,
} from 'nestjs-traced';
import { say, told } from './say.js';

@Injectable()
class OrdersService {
  @Traced()
  async find(@SpanAttribute('order.id') id: string): Promise<object> {
    await setTimeout(Number(id) % 5);
    return { id };
  }
}

@Controller('orders')
class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get(':id')
  find(@Param('id') id: string): Promise<object> {
    return this.orders.find(id);
  }
}

@Module({
  imports: [
    TracingModule.forRoot({
      serviceName: 'shop',
      shutdownTimeoutMillis: Number(told('SHUTDOWN_TIMEOUT_MILLIS')),
      // Without the limit for the shutdown a server that does not answer would be waited for.
      exporter: {
        useFactory: () =>
          new OtlpSpanExporter({ url: told('COLLECTOR_URL'), timeoutMillis: 600_000 }),
      },
      batch: { scheduledDelayMillis: 20, maxExportBatchSize: 50, exportTimeoutMillis: 600_000 },
    }),
  ],
  controllers: [OrdersController],
  providers: [OrdersService],
})
class ShopModule {}

const adapter = told('PLATFORM') === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
const app = await NestFactory.create(ShopModule, adapter, {
  logger: ['error', 'warn'],
  forceCloseConnections: told('FORCES_CLOSE') === 'true',
});
app.enableShutdownHooks(undefined, { useProcessExit: told('ENDS_BY') === 'exit' });
await app.listen(0, '127.0.0.1');
const statistics = app.get(TracingStatistics);
process.once('exit', () => say({ counts: statistics.counts() }));
say({ url: await app.getUrl() });
