import { NestFactory } from '@nestjs/core';
import { serveHttp } from '../serve.js';
import { GatewayModule } from './gateway.module.js';

await serveHttp(await NestFactory.create(GatewayModule));
