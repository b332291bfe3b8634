import { Body, Controller, Get, Param, ParseIntPipe, Post } from '@nestjs/common';
import type { Order } from './order.js';
import { OrdersService } from './orders-service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  place(@Body() skus: string[]): Promise<number> {
    return this.orders.place(skus);
  }

  @Get(':id')
  find(@Param('id', ParseIntPipe) id: number): Promise<Order | null> {
    return this.orders.find(id);
  }
}
