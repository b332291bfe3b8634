import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SpanAttribute, Traced, Tracer } from 'nestjs-traced';
import { concatMap, from, map, type Observable } from 'rxjs';
import type { FetchedItem, Reservation } from './stock.js';
import { Warehouse } from './warehouse.js';

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

  /** One after the other. */
  @Traced()
  fetch(reservations: readonly Reservation[]): Observable<FetchedItem> {
    return from(reservations).pipe(
      concatMap(({ sku, shelf }) => from(this.warehouse.fetch(shelf)).pipe(map(() => ({ sku })))),
    );
  }
}
