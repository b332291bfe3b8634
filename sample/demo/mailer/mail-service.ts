import { Injectable } from '@nestjs/common';
import { SpanAttribute, Traced, Tracer } from 'nestjs-traced';

/** A shop waits for days. */
const FOLLOW_UP_AFTER_MILLIS = 5;

@Injectable()
export class MailService {
  constructor(private readonly tracer: Tracer) {}

  /** The timer keeps the context, so the mail is in the trace of the order. */
  @Traced()
  scheduleFollowUp(@SpanAttribute('order.id') _orderId: string): void {
    setTimeout(() => {
      this.tracer.trace('write follow-up', () => undefined);
    }, FOLLOW_UP_AFTER_MILLIS);
  }
}
