import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { NewOrder, Order } from './order.js';
import { OrdersService } from './orders-service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  place(@Body() order: NewOrder): Promise<Order> {
    return this.orders.place(order);
  }

  @Get(':id')
  find(@Param('id') id: string): Promise<Order> {
    return this.orders.find(id);
  }
}
