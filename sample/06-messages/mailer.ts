import { setTimeout as wait } from 'node:timers/promises';
import { Controller, Injectable, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { SpanAttribute, Traced, TracingModule } from 'nestjs-traced';

@Injectable()
class MailService {
  @Traced()
  async confirm(@SpanAttribute('order.id') _id: string): Promise<void> {
    await wait(10);
  }
}

@Controller()
class OrdersListener {
  constructor(private readonly mails: MailService) {}

  @EventPattern('order.placed')
  async onPlaced(@Payload() order: { id: string }): Promise<void> {
    await this.mails.confirm(order.id);
  }
}

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'mailer' })],
  controllers: [OrdersListener],
  providers: [MailService],
})
export class MailerModule {}
