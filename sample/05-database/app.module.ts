import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TracingModule } from 'nestjs-traced';
import { Order, OrderItem } from './order.js';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders-service.js';

@Module({
  imports: [
    TracingModule.forRoot({ serviceName: 'orders' }),
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test',
      entities: [Order, OrderItem],
      // For a sample only: use migrations.
      synchronize: true,
    }),
    TypeOrmModule.forFeature([Order]),
  ],
  controllers: [OrdersController],
  providers: [OrdersService],
})
export class AppModule {}
