import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { serveHttp } from '../serve.js';
import { OrdersModule } from './orders.module.js';

await serveHttp(await NestFactory.create(OrdersModule, new FastifyAdapter()));
