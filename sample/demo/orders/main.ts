import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { serve } from '../serve.js';
import { OrdersModule } from './orders.module.js';

await serve(await NestFactory.create(OrdersModule, new FastifyAdapter()));
