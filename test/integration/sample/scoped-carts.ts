import { Controller, Get, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import type { Span } from '@opentelemetry/api';
import { CurrentSpan, Traced, Tracer, TracingModule } from 'nestjs-traced';

@Injectable({ scope: Scope.REQUEST })
export class CartService {
  constructor(
    @Inject(REQUEST) private readonly request: { url: string },
    private readonly tracer: Tracer,
  ) {}

  @Traced()
  async total(@CurrentSpan() span?: Span): Promise<string> {
    span?.setAttribute('cart.url', this.request.url);
    return this.tracer.trace('read cart', async () => `total of ${this.request.url}`);
  }
}

@Controller('carts')
export class CartsController {
  constructor(private readonly cart: CartService) {}

  @Get(':id')
  total(): Promise<string> {
    return this.cart.total();
  }
}

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'carts' })],
  controllers: [CartsController],
  providers: [CartService],
})
export class AppModule {}
