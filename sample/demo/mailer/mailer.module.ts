import { Module } from '@nestjs/common';
import { TracingModule } from 'nestjs-traced';
import { MailService } from './mail-service.js';
import { MailerController } from './mailer.controller.js';

/** Writes to customers, when it hears of their orders. */
@Module({
  imports: [TracingModule.forRoot({ serviceName: 'mailer' })],
  controllers: [MailerController],
  providers: [MailService],
})
export class MailerModule {}
