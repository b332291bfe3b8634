import { Controller, Param, Post } from '@nestjs/common';
import { OrdersService } from './orders-service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post(':country')
  place(@Param('country') country: string): Promise<string> {
    return this.orders.place(country, 42);
  }
}
