import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { SpanAttribute, Traced, Tracer } from 'nestjs-traced';

@Injectable()
export class OrdersService {
  constructor(private readonly tracer: Tracer) {}

  @Traced()
  async find(@SpanAttribute('order.id') id: string): Promise<{ id: string }> {
    return this.tracer.trace('read order', async () => ({ id }));
  }
}

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get(':id')
  find(@Param('id') id: string): Promise<{ id: string }> {
    return this.orders.find(id);
  }
}

@Module({ controllers: [OrdersController], providers: [OrdersService] })
export class OrdersModule {}
