import { Injectable, Logger } from '@nestjs/common';
import { Traced } from 'nestjs-traced';

@Injectable()
export class OrdersService {
  private readonly logger = new Logger(OrdersService.name);

  @Traced()
  async place(sku: string): Promise<string> {
    this.logger.log(`Placing an order of ${sku}`);
    if (sku === 'unicorn') this.logger.warn({ sku, supplier: 'fairyland' }, 'Long delivery');
    return 'placed';
  }
}
