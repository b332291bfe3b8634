import { Injectable } from '@nestjs/common';
import { Traced } from 'nestjs-traced';
import { concatMap, from, map, type Observable, reduce, timer } from 'rxjs';
import type { OrderItem } from './order.js';

const PRICES_IN_CENTS: Readonly<Record<string, number>> = {
  chair: 4900,
  table: 19900,
  lamp: 2900,
  piano: 499900,
  shelf: 7900,
  desk: 14900,
  stool: 1900,
  mirror: 5900,
  carpet: 9900,
  clock: 3900,
};

@Injectable()
export class PricingService {
  /** In cents. The span lasts until the Observable completes, not just until it is returned. */
  @Traced()
  total(items: readonly OrderItem[]): Observable<number> {
    return from(items).pipe(
      concatMap((item) => timer(3).pipe(map(() => priceOf(item)))),
      reduce((total, price) => total + price, 0),
    );
  }
}

function priceOf({ sku, quantity }: OrderItem): number {
  return (PRICES_IN_CENTS[sku] ?? 0) * quantity;
}
