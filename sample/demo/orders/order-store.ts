import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager } from 'typeorm';
import { OrderEntity, OrderItemEntity } from './order.entity.js';
import type { Order } from './order.js';

/** Nothing in here speaks of tracing: the module traces the application's `DataSource`. */
@Injectable()
export class OrderStore {
  constructor(@InjectEntityManager() private readonly manager: EntityManager) {}

  /** Saves an order and its items, or neither. */
  save({ total, items }: Omit<Order, 'id'>): Promise<Order> {
    return this.manager.transaction(async (manager) => {
      const order = manager.create(OrderEntity, { total });
      await manager.insert(OrderEntity, order);
      await manager.insert(
        OrderItemEntity,
        items.map((item) => ({ ...item, orderId: order.id, isFetched: false })),
      );
      return { id: String(order.id), total, items };
    });
  }

  async markFetched(id: string, sku: string): Promise<void> {
    await this.manager.update(OrderItemEntity, { orderId: Number(id), sku }, { isFetched: true });
  }

  async find(id: string): Promise<Order | undefined> {
    const order = await this.manager.findOneBy(OrderEntity, { id: Number(id) });
    return order === null ? undefined : this.#withItems(order);
  }

  /** Asks for the items of each order by a query of its own: the mistake that the viewer finds. */
  async list(): Promise<readonly Order[]> {
    const orders: Order[] = [];
    for (const order of await this.manager.find(OrderEntity)) {
      orders.push(await this.#withItems(order));
    }
    return orders;
  }

  async #withItems({ id, total }: OrderEntity): Promise<Order> {
    const items = await this.manager.findBy(OrderItemEntity, { orderId: id });
    return {
      id: String(id),
      total,
      items: items.map(({ sku, quantity }) => ({ sku, quantity })),
    };
  }
}
