import { HttpException, Inject, Injectable } from '@nestjs/common';
import { tracedFetch } from 'nestjs-traced';
import type { NewOrder, Order } from '../orders/order.js';

export const ORDERS_URL = Symbol('ORDERS_URL');

@Injectable()
export class OrdersClient {
  constructor(@Inject(ORDERS_URL) private readonly url: string) {}

  async place(order: NewOrder): Promise<Order> {
    const response = await tracedFetch(`${this.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
      urlTemplate: '/orders',
    });
    return orderIn(response);
  }

  async find(id: string): Promise<Order> {
    const response = await tracedFetch(`${this.url}/orders/${encodeURIComponent(id)}`, {
      urlTemplate: '/orders/{id}',
    });
    return orderIn(response);
  }
}

/** What the orders service refused is refused to the client in the same words. */
async function orderIn(response: Response): Promise<Order> {
  const body = (await response.json()) as object;
  if (!response.ok) throw new HttpException(body, response.status);
  return body as Order;
}
