import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { SpanAttribute, Traced } from 'nestjs-traced';
import type { Delivery } from './order.js';

/** Of three calls, the courier answers the last. */
const CALLS_UNTIL_ANSWER = 3;

/** Stands for a system that answers at the third try. */
@Injectable()
export class Courier {
  #callCount = 0;

  @Traced()
  async find(@SpanAttribute('order.id') orderId: string): Promise<Delivery> {
    if (++this.#callCount % CALLS_UNTIL_ANSWER !== 0) {
      throw new ServiceUnavailableException('The courier does not answer');
    }
    return { orderId, isOnItsWay: true };
  }
}
