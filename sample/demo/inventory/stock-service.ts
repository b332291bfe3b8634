import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SpanAttribute, Traced, Tracer } from 'nestjs-traced';
import { Warehouse } from './warehouse.js';

export interface Reservation {
  readonly sku: string;
  readonly shelf: string;
}

@Injectable()
export class StockService {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly tracer: Tracer,
  ) {}

  @Traced()
  async reserve(
    @SpanAttribute('stock.sku') sku: string,
    @SpanAttribute('stock.quantity') quantity: number,
  ): Promise<Reservation> {
    const shelf = await this.warehouse.findShelf(sku);
    return this.tracer.trace('write reservation', async (span) => {
      await sleep(4);
      span.addEvent('reserved', { 'stock.shelf': shelf, 'stock.quantity': quantity });
      return { sku, shelf };
    });
  }
}
