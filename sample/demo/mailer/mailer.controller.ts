import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { MailService } from './mail-service.js';

/** Has no code for tracing: the trace continues in the handler of an event. */
@Controller()
export class MailerController {
  constructor(private readonly mail: MailService) {}

  @EventPattern<string>('order.placed')
  placed(@Payload() { id }: { readonly id: string }): void {
    this.mail.scheduleFollowUp(id);
  }
}
