import { status } from '@grpc/grpc-js';
import { Controller, Injectable, Module } from '@nestjs/common';
import { GrpcMethod, RpcException } from '@nestjs/microservices';
import { SpanAttribute, Traced, TracingModule } from 'nestjs-traced';
import { from, type Observable } from 'rxjs';
import type { Item, Level, Reservation } from './contract.js';

@Injectable()
class StockService {
  @Traced()
  async findShelf(@SpanAttribute('stock.sku') sku: string): Promise<string> {
    if (sku === 'unicorn') throw new RpcException({ code: status.NOT_FOUND, message: `No ${sku}` });
    return 'A7';
  }
}

@Controller()
class StockController {
  constructor(private readonly stock: StockService) {}

  @GrpcMethod('Stock', 'Reserve')
  async reserve({ sku }: Item): Promise<Reservation> {
    return { shelf: await this.stock.findShelf(sku) };
  }

  @GrpcMethod('Stock', 'Watch')
  watch(_item: Item): Observable<Level> {
    return from([{ count: 7 }, { count: 6 }, { count: 5 }]);
  }
}

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'stock' })],
  controllers: [StockController],
  providers: [StockService],
})
export class StockModule {}
