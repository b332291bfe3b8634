import { HttpService } from '@nestjs/axios';
import { HttpException, HttpStatus, Inject, Injectable } from '@nestjs/common';
import { withUrlTemplate } from 'nestjs-traced';
import { firstValueFrom } from 'rxjs';
import type { Delivery, NewOrder, Order } from '../orders/order.js';

export const ORDERS_URL = Symbol('ORDERS_URL');

const MAX_ATTEMPTS = 3;

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
    return answerIn<Order>(status, data);
  }

  async list(): Promise<readonly Order[]> {
    const response = await withUrlTemplate('/orders', () => fetch(`${this.url}/orders`));
    return answerIn<readonly Order[]>(response.status, (await response.json()) as object);
  }

  /** Tries again while the orders service is not available. */
  async delivery(id: string): Promise<Delivery> {
    for (let attempt = 1; ; attempt++) {
      const response = await withUrlTemplate('/orders/{id}/delivery', () =>
        fetch(`${this.url}/orders/${encodeURIComponent(id)}/delivery`),
      );
      const body = (await response.json()) as object;
      if (response.status !== HttpStatus.SERVICE_UNAVAILABLE || attempt === MAX_ATTEMPTS) {
        return answerIn<Delivery>(response.status, body);
      }
    }
  }

  async find(id: string): Promise<Order> {
    const response = await withUrlTemplate('/orders/{id}', () =>
      fetch(`${this.url}/orders/${encodeURIComponent(id)}`),
    );
    return answerIn<Order>(response.status, (await response.json()) as object);
  }
}

/** If the orders service refuses an order, the client gets the same answer. */
function answerIn<T>(status: number, body: object): T {
  if (status >= 400) throw new HttpException(body, status);
  return body as T;
}
