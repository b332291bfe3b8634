import { Controller, Get, Param, Post } from '@nestjs/common';
import { type TracingCounts, TracingStatistics } from 'nestjs-traced';

@Controller()
export class OrdersController {
  constructor(private readonly statistics: TracingStatistics) {}

  @Post('orders')
  place(): string {
    return 'placed';
  }

  @Get('orders/:id')
  find(@Param('id') id: string): string {
    return `order ${id}`;
  }

  /** What the sampler has decided. */
  @Get('admin/tracing')
  counts(): TracingCounts['sampler'] {
    return this.statistics.counts().sampler;
  }

  @Get('health')
  health(): string {
    return 'ok';
  }
}
