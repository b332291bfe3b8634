import { Module } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { OrdersController } from './orders.controller.js';
import { sampler } from './sampler.js';

@Module({
  imports: [
    TracingModule.forRoot({
      serviceName: 'orders',
      sampler,
      // No spans at all, and so no decision of the sampler.
      http: { server: { ignore: ['/health'] } },
    }),
  ],
  controllers: [OrdersController],
})
export class AppModule {}
