import { Injectable, NotFoundException } from '@nestjs/common';
import { SpanAttribute, Traced, Tracer } from 'nestjs-traced';
import { concatMap, lastValueFrom } from 'rxjs';
import type { Reservation } from '../inventory/stock.js';
import { InventoryClient } from './inventory-client.js';
import { MailerClient } from './mailer-client.js';
import type { NewOrder, Order, OrderItem } from './order.js';
import { OrderStore } from './order-store.js';
import { PricingService } from './pricing-service.js';

@Injectable()
export class OrdersService {
  constructor(
    private readonly pricing: PricingService,
    private readonly inventory: InventoryClient,
    private readonly store: OrderStore,
    private readonly mailer: MailerClient,
    private readonly tracer: Tracer,
  ) {}

  @Traced({
    resultAttributes: ({ id, total }: Order) => ({ 'order.id': id, 'order.total': total }),
  })
  async place(
    @SpanAttribute('order.item_count', (order: NewOrder) => order.items.length)
    { items }: NewOrder,
  ): Promise<Order> {
    const total = await lastValueFrom(this.pricing.total(items));
    const reservations = await this.#reserve(items);
    const order = await this.store.save({ items, total });
    await this.#fetch(order, reservations);
    await this.mailer.announce(order);
    return order;
  }

  @Traced()
  async find(@SpanAttribute('order.id') id: string): Promise<Order> {
    const order = await this.store.find(id);
    if (order === undefined) throw new NotFoundException(`There is no order ${id}`);
    return order;
  }

  @Traced()
  list(): Promise<readonly Order[]> {
    return this.store.list();
  }

  #reserve(items: readonly OrderItem[]): Promise<Reservation[]> {
    return this.tracer.trace('reserve items', () =>
      Promise.all(items.map((item) => lastValueFrom(this.inventory.reserve(item)))),
    );
  }

  /** Notes each item when the stream tells of it, not when all have come. */
  async #fetch({ id }: Order, reservations: readonly Reservation[]): Promise<void> {
    await lastValueFrom(
      this.inventory
        .fetch(reservations)
        .pipe(concatMap(({ sku }) => this.store.markFetched(id, sku))),
    );
  }
}
