import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { MailService } from './mail-service.js';
import type { PlacedOrder } from './placed-order.js';

/** Has no code for tracing: each call of a listener has a span, below the code that emits the event. */
@Injectable()
export class OrderListener {
  constructor(private readonly mail: MailService) {}

  @OnEvent('order.placed')
  onPlaced({ id }: PlacedOrder): void {
    this.mail.scheduleFollowUp(id);
  }
}
