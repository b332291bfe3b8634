import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { Span } from '@opentelemetry/api';
import { CurrentSpan, getBaggage } from 'nestjs-traced';
import type { Observable } from 'rxjs';
import type { FetchedItem, FetchRequest, Item, Reservation } from './stock.js';
import { StockService } from './stock-service.js';

@Controller()
export class StockController {
  constructor(private readonly stock: StockService) {}

  @GrpcMethod('Stock', 'Reserve')
  reserve(@Payload() { sku, quantity }: Item, @CurrentSpan() span: Span): Promise<Reservation> {
    // Baggage: the client sent it to the gateway, and each service handed it on.
    const tier = getBaggage('customer.tier');
    if (tier !== undefined) span.setAttribute('customer.tier', tier);
    return this.stock.reserve(sku, quantity);
  }

  @GrpcMethod('Stock', 'Fetch')
  fetch({ reservations }: FetchRequest): Observable<FetchedItem> {
    return this.stock.fetch(reservations);
  }
}
