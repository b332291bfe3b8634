import { Body, Controller, Post } from '@nestjs/common';
import type { Span } from '@opentelemetry/api';
import { CurrentSpan } from 'nestjs-traced';
import { type Order, OrdersService } from './orders-service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  place(@Body() order: Order, @CurrentSpan() span: Span): Promise<string> {
    // The span of the request.
    span.setAttribute('order.item_count', order.skus.length);
    return this.orders.place(order.id, order.skus);
  }
}
