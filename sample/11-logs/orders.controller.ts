import { Controller, Param, Post } from '@nestjs/common';
import { OrdersService } from './orders-service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post(':sku')
  place(@Param('sku') sku: string): Promise<string> {
    return this.orders.place(sku);
  }
}
