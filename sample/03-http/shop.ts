import { HttpModule, HttpService } from '@nestjs/axios';
import { BadGatewayException, Controller, Get, Module, Param } from '@nestjs/common';
import { TracingModule, withUrlTemplate } from 'nestjs-traced';
import { firstValueFrom } from 'rxjs';

@Controller('offers')
class OffersController {
  constructor(private readonly http: HttpService) {}

  @Get(':sku')
  async find(@Param('sku') sku: string): Promise<string> {
    // The request has a span and sends the context; the template gives the span a name.
    const stock = withUrlTemplate('/stock/{sku}', () =>
      firstValueFrom(this.http.get<{ count: number }>(`/stock/${sku}`)),
    );
    const { data } = await stock.catch((cause: Error) => {
      throw new BadGatewayException(cause.message, { cause });
    });
    return `${data.count} in stock`;
  }
}

@Module({
  imports: [
    TracingModule.forRoot({ serviceName: 'shop' }),
    HttpModule.register({ baseURL: `http://localhost:${process.env.STOCK_PORT ?? 3001}` }),
  ],
  controllers: [OffersController],
})
export class ShopModule {}
