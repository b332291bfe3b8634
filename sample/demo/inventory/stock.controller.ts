import { Body, Controller, Param, Post } from '@nestjs/common';
import { propagation, type Span } from '@opentelemetry/api';
import { CurrentSpan } from 'nestjs-traced';
import { type Reservation, StockService } from './stock-service.js';

@Controller('stock')
export class StockController {
  constructor(private readonly stock: StockService) {}

  @Post(':sku/reservations')
  reserve(
    @Param('sku') sku: string,
    @Body() { quantity }: { quantity: number },
    @CurrentSpan() span: Span,
  ): Promise<Reservation> {
    // Baggage: the client sent it to the gateway, and each service handed it on.
    const tier = propagation.getActiveBaggage()?.getEntry('customer.tier');
    if (tier !== undefined) span.setAttribute('customer.tier', tier.value);
    return this.stock.reserve(sku, quantity);
  }
}
