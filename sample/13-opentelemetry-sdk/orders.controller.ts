import { Controller, Get, Param } from '@nestjs/common';
import { OrdersService } from './orders-service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get(':id')
  find(@Param('id') id: string): Promise<string> {
    return this.orders.find(id);
  }
}
