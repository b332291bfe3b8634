import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, NotFoundException } from '@nestjs/common';
import { Counted, type Histogram, MetricsRegistry, Timed, Traced } from 'nestjs-traced';

@Injectable()
export class OrdersService {
  private readonly total: Histogram;

  constructor(metrics: MetricsRegistry) {
    this.total = metrics.histogram('orders.total', { unit: 'EUR', bounds: [10, 50, 100] });
  }

  @Traced()
  @Timed()
  @Counted({
    name: 'orders.placed',
    unit: '{order}',
    attributes: (country: string) => ({ country }),
  })
  async place(country: string, euros: number): Promise<string> {
    await wait(5);
    if (country === 'atlantis') throw new NotFoundException('There is no such country');
    this.total.record(euros, { country });
    return 'placed';
  }
}
