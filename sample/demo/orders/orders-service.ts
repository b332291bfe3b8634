import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, NotFoundException } from '@nestjs/common';
import { SpanAttribute, Traced, Tracer } from 'nestjs-traced';
import { lastValueFrom } from 'rxjs';
import { InventoryClient } from './inventory-client.js';
import type { NewOrder, Order } from './order.js';
import { PricingService } from './pricing-service.js';

@Injectable()
export class OrdersService {
  readonly #orders = new Map<string, Order>();

  constructor(
    private readonly pricing: PricingService,
    private readonly inventory: InventoryClient,
    private readonly tracer: Tracer,
  ) {}

  @Traced({ resultAttributes: (order: Order) => ({ 'order.id': order.id }) })
  async place(
    @SpanAttribute('order.item_count', (order: NewOrder) => order.items.length)
    { items }: NewOrder,
  ): Promise<Order> {
    const total = await lastValueFrom(this.pricing.total(items));
    await this.tracer.trace('reserve items', () =>
      Promise.all(items.map((item) => this.inventory.reserve(item))),
    );
    return this.#save({ items, total });
  }

  @Traced()
  find(@SpanAttribute('order.id') id: string): Order {
    const order = this.#orders.get(id);
    if (order === undefined) throw new NotFoundException(`There is no order ${id}`);
    return order;
  }

  #save(unsaved: Omit<Order, 'id'>): Promise<Order> {
    return this.tracer.trace('save order', async (span) => {
      const order = { ...unsaved, id: String(this.#orders.size + 1) };
      span.setAttribute('order.total', order.total);
      await sleep(6);
      this.#orders.set(order.id, order);
      return order;
    });
  }
}
