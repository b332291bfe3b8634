import { NestFactory } from '@nestjs/core';
import { serve } from '../serve.js';
import { InventoryModule } from './inventory.module.js';

await serve(await NestFactory.create(InventoryModule));
