import { Controller, Get, Inject, Module, Param, Post } from '@nestjs/common';
import { type ClientGrpc, ClientsModule } from '@nestjs/microservices';
import { TracingModule } from 'nestjs-traced';
import { map, type Observable, toArray } from 'rxjs';
import { STOCK, type Stock } from './contract.js';

@Controller('orders')
class OrdersController {
  private readonly stock: Stock;

  constructor(@Inject('STOCK') client: ClientGrpc) {
    this.stock = client.getService('Stock');
  }

  @Post(':sku')
  place(@Param('sku') sku: string): Observable<string> {
    return this.stock.reserve({ sku }).pipe(map(({ shelf }) => `on shelf ${shelf}`));
  }

  @Get(':sku/levels')
  levels(@Param('sku') sku: string): Observable<number[]> {
    return this.stock.watch({ sku }).pipe(
      map(({ count }) => count),
      toArray(),
    );
  }
}

@Module({
  imports: [
    TracingModule.forRoot({ serviceName: 'shop' }),
    ClientsModule.register([{ name: 'STOCK', ...STOCK }]),
  ],
  controllers: [OrdersController],
})
export class ShopModule {}
