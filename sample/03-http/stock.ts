import { Controller, Get, Injectable, Module, NotFoundException, Param } from '@nestjs/common';
import { SpanAttribute, Traced, TracingModule } from 'nestjs-traced';

@Injectable()
class StockService {
  private readonly counts = new Map([['chair', 7]]);

  @Traced()
  async count(@SpanAttribute('stock.sku') sku: string): Promise<number> {
    const count = this.counts.get(sku);
    if (count === undefined) throw new NotFoundException(`No ${sku} in this shop`);
    return count;
  }
}

@Controller('stock')
class StockController {
  constructor(private readonly stock: StockService) {}

  @Get(':sku')
  async find(@Param('sku') sku: string): Promise<{ count: number }> {
    return { count: await this.stock.count(sku) };
  }
}

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'stock' })],
  controllers: [StockController],
  providers: [StockService],
})
export class StockModule {}
