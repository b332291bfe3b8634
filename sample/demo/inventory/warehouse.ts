import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SpanAttribute, Traced } from 'nestjs-traced';

/** The warehouse is there, but does not answer. */
export class WarehouseOfflineError extends Error {
  override readonly name = 'WarehouseOfflineError';
}

/** Stands for a system that is slow for some goods and fails for others. */
@Injectable()
export class Warehouse {
  @Traced({ resultAttributes: (shelf: string) => ({ 'stock.shelf': shelf }) })
  async findShelf(@SpanAttribute('stock.sku') sku: string): Promise<string> {
    if (sku === 'lamp') throw new WarehouseOfflineError('The north warehouse does not answer');
    await sleep(sku === 'piano' ? 400 : 8);
    return sku === 'piano' ? 'cellar' : 'hall-3';
  }
}
