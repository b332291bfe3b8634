import { Module } from '@nestjs/common';
import { ParentBasedSampler, ProbabilitySampler, TracingModule } from 'nestjs-traced';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders-service.js';

@Module({
  imports: [
    TracingModule.forRoot({
      serviceName: 'orders',
      // GET /metrics has the durations of all requests, also of those that are not sampled.
      metrics: { prometheus: true },
      sampler: new ParentBasedSampler({ root: new ProbabilitySampler(0.5) }),
    }),
  ],
  controllers: [OrdersController],
  providers: [OrdersService],
})
export class AppModule {}
