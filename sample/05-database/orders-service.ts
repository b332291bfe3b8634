import { BadRequestException, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SpanAttribute, Traced } from 'nestjs-traced';
import { Repository } from 'typeorm';
import { Order } from './order.js';

@Injectable()
export class OrdersService {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  @Traced({ resultAttributes: (id: number) => ({ 'order.id': id }) })
  place(skus: readonly string[]): Promise<number> {
    return this.orders.manager.transaction(async (manager) => {
      const { id } = await manager.save(Order, { items: skus.map((sku) => ({ sku })) });
      if (skus.includes('unicorn')) throw new BadRequestException('Unicorns are not sold');
      return id;
    });
  }

  @Traced()
  find(@SpanAttribute('order.id') id: number): Promise<Order | null> {
    return this.orders.findOne({ where: { id }, relations: { items: true } });
  }
}
