import { Controller, HttpException, Injectable, Module, Param, Post } from '@nestjs/common';
import { SpanAttribute, Traced, Tracer, TracingModule } from 'nestjs-traced';

@Injectable()
export class StockService {
  @Traced()
  async reserve(@SpanAttribute('stock.sku') sku: string): Promise<void> {
    if (sku === 'unicorn') throw new HttpException('out of stock', 409);
  }
}

@Injectable()
export class OrdersService {
  constructor(
    private readonly stock: StockService,
    private readonly tracer: Tracer,
  ) {}

  @Traced()
  async place(skus: readonly string[]): Promise<number> {
    await Promise.all(skus.map((sku) => this.stock.reserve(sku)));
    return this.tracer.trace('compute price', () => skus.length * 10);
  }
}

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post(':sku')
  place(@Param('sku') sku: string): Promise<number> {
    return this.orders.place([sku]);
  }
}

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'orders' })],
  controllers: [OrdersController],
  providers: [OrdersService, StockService],
})
export class AppModule {}
