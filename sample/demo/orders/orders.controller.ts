import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Courier } from './courier.js';
import type { Delivery, NewOrder, Order } from './order.js';
import { OrdersService } from './orders-service.js';

@Controller('orders')
export class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly courier: Courier,
  ) {}

  @Post()
  place(@Body() order: NewOrder): Promise<Order> {
    return this.orders.place(order);
  }

  @Get()
  list(): Promise<readonly Order[]> {
    return this.orders.list();
  }

  @Get(':id/delivery')
  delivery(@Param('id') id: string): Promise<Delivery> {
    return this.courier.find(id);
  }

  @Get(':id')
  find(@Param('id') id: string): Promise<Order> {
    return this.orders.find(id);
  }
}
