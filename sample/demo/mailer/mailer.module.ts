import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { ScheduleModule } from '@nestjs/schedule';
import { TracingModule } from 'nestjs-traced';
import { MailService } from './mail-service.js';
import { MailerController } from './mailer.controller.js';
import { OrderListener } from './order-listener.js';

/** Writes to customers, when it hears of their orders. */
@Module({
  imports: [
    TracingModule.forRoot({ serviceName: 'mailer' }),
    EventEmitterModule.forRoot(),
    ScheduleModule.forRoot(),
  ],
  controllers: [MailerController],
  providers: [MailService, OrderListener],
})
export class MailerModule {}
