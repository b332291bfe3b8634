import { NestFactory } from '@nestjs/core';
import { serve } from '../serve.js';
import { GatewayModule } from './gateway.module.js';

await serve(await NestFactory.create(GatewayModule));
