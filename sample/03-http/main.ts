import { NestFactory } from '@nestjs/core';
import { ShopModule } from './shop.js';
import { StockModule } from './stock.js';

// Two services, in one process only so that one command starts both.
const stock = await NestFactory.create(StockModule);
stock.enableShutdownHooks();
await stock.listen(process.env.STOCK_PORT ?? 3001);

const shop = await NestFactory.create(ShopModule);
shop.enableShutdownHooks();
await shop.listen(process.env.PORT ?? 3000);
