import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SpanAttribute, Traced, Tracer } from 'nestjs-traced';
import { PaymentService } from './payment-service.js';

export interface Order {
  readonly id: string;
  readonly skus: readonly string[];
}

@Injectable()
export class OrdersService {
  constructor(
    private readonly payments: PaymentService,
    private readonly tracer: Tracer,
  ) {}

  @Traced()
  async place(@SpanAttribute('order.id') _id: string, skus: readonly string[]): Promise<string> {
    // A part of a method, with the spans of parallel work below it.
    await this.tracer.trace('reserve stock', async (span) => {
      await Promise.all(skus.map((sku) => this.reserve(sku)));
      span.addEvent('stock reserved', { 'stock.sku_count': skus.length });
    });
    return this.payments.charge(skus.length * 100);
  }

  @Traced({ name: 'reserve' })
  private async reserve(@SpanAttribute('stock.sku') sku: string): Promise<void> {
    await wait(sku.length);
  }
}
