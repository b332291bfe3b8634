import { NestFactory } from '@nestjs/core';
import { STOCK } from './contract.js';
import { ShopModule } from './shop.js';
import { StockModule } from './stock.js';

// Two services, in one process only so that one command starts both.
const stock = await NestFactory.createMicroservice(StockModule, STOCK);
stock.enableShutdownHooks();
await stock.listen();

const shop = await NestFactory.create(ShopModule);
shop.enableShutdownHooks();
await shop.listen(process.env.PORT ?? 3000);
