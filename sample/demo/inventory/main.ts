import { NestFactory } from '@nestjs/core';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { freeAddress } from '../free-address.js';
import { serve } from '../serve.js';
import { InventoryModule } from './inventory.module.js';
import { STOCK_CONTRACT } from './stock.js';

const url = await freeAddress();
const app = await NestFactory.createMicroservice<GrpcOptions>(InventoryModule, {
  transport: Transport.GRPC,
  options: { ...STOCK_CONTRACT, url },
});
await serve(app, async () => {
  await app.listen();
  return url;
});
