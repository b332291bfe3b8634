import { Inject, Injectable } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { Order } from './order.js';

export const MAILER = Symbol('MAILER');

/** Has no code for tracing: messages of Nest's clients carry the trace. */
@Injectable()
export class MailerClient {
  constructor(@Inject(MAILER) private readonly client: ClientProxy) {}

  /** Resolves when the event is sent; the mailer answers nothing. */
  async announce({ id, total }: Order): Promise<void> {
    await lastValueFrom(this.client.emit('order.placed', { id, total }), {
      defaultValue: undefined,
    });
  }
}
