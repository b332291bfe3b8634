import { Module } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders-service.js';
import { PaymentService } from './payment-service.js';

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'orders' })],
  controllers: [OrdersController],
  providers: [OrdersService, PaymentService],
})
export class AppModule {}
