import { HttpService } from '@nestjs/axios';
import { HttpException, Inject, Injectable } from '@nestjs/common';
import { withUrlTemplate } from 'nestjs-traced';
import { firstValueFrom } from 'rxjs';
import type { NewOrder, Order } from '../orders/order.js';

export const ORDERS_URL = Symbol('ORDERS_URL');

/** Calls the orders service, once by each client: nothing in the calls is for tracing but their names. */
@Injectable()
export class OrdersClient {
  constructor(
    @Inject(ORDERS_URL) private readonly url: string,
    @Inject(HttpService) private readonly http: HttpService,
  ) {}

  async place(order: NewOrder): Promise<Order> {
    const { status, data } = await withUrlTemplate('/orders', () =>
      firstValueFrom(this.http.post(`${this.url}/orders`, order, { validateStatus: () => true })),
    );
    return orderIn(status, data);
  }

  async find(id: string): Promise<Order> {
    const response = await withUrlTemplate('/orders/{id}', () =>
      fetch(`${this.url}/orders/${encodeURIComponent(id)}`),
    );
    return orderIn(response.status, (await response.json()) as object);
  }
}

/** If the orders service refuses an order, the client gets the same answer. */
function orderIn(status: number, body: object): Order {
  if (status >= 400) throw new HttpException(body, status);
  return body as Order;
}
