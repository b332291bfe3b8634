import { setTimeout as wait } from 'node:timers/promises';
import { HttpException, Injectable } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { Traced } from 'nestjs-traced';

export class CardDeclinedError extends HttpException {
  constructor(cents: number) {
    super(`The card was declined for ${cents} cents`, 402);
  }
}

@Injectable()
export class PaymentService {
  @Traced({
    name: 'charge card',
    kind: SpanKind.CLIENT,
    attributes: (cents: number) => ({ 'payment.cents': cents }),
    resultAttributes: (receipt: string) => ({ 'payment.receipt': receipt }),
  })
  async charge(cents: number): Promise<string> {
    await wait(10);
    // The span where the error begins records it once; the spans above it have the status only.
    if (cents > 200) throw new CardDeclinedError(cents);
    return `R-${cents}`;
  }
}
