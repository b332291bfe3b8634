import { NestFactory } from '@nestjs/core';
import { type TcpOptions, Transport } from '@nestjs/microservices';
import { freeAddress } from '../free-address.js';
import { serve } from '../serve.js';
import { MailerModule } from './mailer.module.js';

const address = await freeAddress();
const [host, port] = address.split(':');
const app = await NestFactory.createMicroservice<TcpOptions>(MailerModule, {
  transport: Transport.TCP,
  options: { host, port: Number(port) },
});
await serve(app, async () => {
  await app.listen();
  return address;
});
