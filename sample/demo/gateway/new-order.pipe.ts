import { BadRequestException, Injectable, type PipeTransform } from '@nestjs/common';
import type { NewOrder } from '../orders/order.js';

@Injectable()
export class NewOrderPipe implements PipeTransform<Partial<NewOrder> | undefined, NewOrder> {
  transform(body: Partial<NewOrder> | undefined): NewOrder {
    if (!Array.isArray(body?.items)) throw new BadRequestException('Send the items to order');
    const { items } = body as NewOrder;
    for (const { sku, quantity } of items) {
      if (!(quantity > 0)) throw new BadRequestException(`Order at least one ${sku}`);
    }
    return { items };
  }
}
