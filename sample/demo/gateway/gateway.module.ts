import { HttpModule } from '@nestjs/axios';
import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { requiredVariable } from '../required-variable.js';
import { OrdersController } from './orders.controller.js';
import { ORDERS_URL, OrdersClient } from './orders-client.js';
import { TraceIdMiddleware } from './trace-id.middleware.js';

/** What clients talk to. */
@Module({
  imports: [TracingModule.forRoot({ serviceName: 'gateway' }), HttpModule],
  controllers: [OrdersController],
  providers: [
    OrdersClient,
    { provide: ORDERS_URL, useFactory: () => requiredVariable('ORDERS_URL') },
  ],
})
export class GatewayModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TraceIdMiddleware).forRoutes('{*path}');
  }
}
