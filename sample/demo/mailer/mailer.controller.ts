import { Controller } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { PlacedOrder } from './placed-order.js';

/** Has no code for tracing: the trace continues in the handler of an event. */
@Controller()
export class MailerController {
  constructor(private readonly events: EventEmitter2) {}

  @EventPattern<string>('order.placed')
  placed(@Payload() order: PlacedOrder): void {
    this.events.emit('order.placed', order);
  }
}
