import { Module } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders-service.js';
import { provider } from './sdk.js';

@Module({
  // The spans of the Nest layer go through the SDK: its sampler, processors and exporters.
  imports: [TracingModule.forRoot({ tracerProvider: provider })],
  controllers: [OrdersController],
  providers: [OrdersService],
})
export class AppModule {}
