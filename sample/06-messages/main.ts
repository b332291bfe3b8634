import { NestFactory } from '@nestjs/core';
import { broker } from './broker.js';
import { MailerModule } from './mailer.js';
import { ShopModule } from './shop.js';

// Two services, in one process only so that one command starts both.
const mailer = await NestFactory.createMicroservice(MailerModule, broker);
mailer.enableShutdownHooks();
await mailer.listen();

const shop = await NestFactory.create(ShopModule);
shop.enableShutdownHooks();
await shop.listen(process.env.PORT ?? 3000);
