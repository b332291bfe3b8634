import { Body, Controller, Get, Param, Post, UseGuards } from '@nestjs/common';
import type { Delivery, NewOrder, Order } from '../orders/order.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { NewOrderPipe } from './new-order.pipe.js';
import { OrdersClient } from './orders-client.js';

@Controller('orders')
@UseGuards(ApiKeyGuard)
export class OrdersController {
  constructor(private readonly orders: OrdersClient) {}

  @Post()
  place(@Body(NewOrderPipe) order: NewOrder): Promise<Order> {
    return this.orders.place(order);
  }

  @Get()
  list(): Promise<readonly Order[]> {
    return this.orders.list();
  }

  @Get(':id/delivery')
  delivery(@Param('id') id: string): Promise<Delivery> {
    return this.orders.delivery(id);
  }

  @Get(':id')
  find(@Param('id') id: string): Promise<Order> {
    return this.orders.find(id);
  }
}
