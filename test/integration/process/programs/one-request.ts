import 'reflect-metadata';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { Session } from 'node:inspector/promises';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OtlpSpanExporter, Traced, TracingModule } from 'nestjs-traced';
import { say, told } from './say.js';

@Injectable()
class OrdersService {
  @Traced()
  async find(id: string): Promise<object> {
    return { id };
  }
}

@Controller('orders')
class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get(':id')
  find(@Param('id') id: string): Promise<object> {
    return this.orders.find(id);
  }
}

const posts = new EventEmitter();
const collector = createServer((request, response) => {
  request.resume().on('end', () => response.end(() => posts.emit('taken')));
}).listen(0, '127.0.0.1');
await once(collector, 'listening');
const { port } = collector.address() as AddressInfo;

@Module({
  imports: [
    TracingModule.forRoot({
      serviceName: 'shop',
      batch: { scheduledDelayMillis: 1 },
      // The program sends the request itself; the way of outgoing requests is not counted.
      http: { client: false },
      exporter: {
        useFactory: () => new OtlpSpanExporter({ url: `http://127.0.0.1:${port}/v1/traces` }),
      },
    }),
  ],
  controllers: [OrdersController],
  providers: [OrdersService],
})
class ShopModule {}

const adapter = told('PLATFORM') === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
const app = await NestFactory.create(ShopModule, adapter, { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
const url = `${await app.getUrl()}/orders/7`;

/** One request with all that follows from it, until its spans are delivered. */
async function ask(): Promise<void> {
  const taken = once(posts, 'taken');
  await (await fetch(url)).text();
  await taken;
  // The exporter reads the response, and the queue counts what was delivered.
  for (let turn = 0; turn < 50; turn++) await setImmediate();
}

// What is learned from the first spans is no part of a request.
for (let count = 0; count < 5; count++) await ask();

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
await ask();
const { result } = await session.post('Profiler.takePreciseCoverage');
session.disconnect();

const files = result
  .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)))
  .map(({ url: script }) => /\/dist\/esm\/(.*)\.js$/.exec(script)?.[1])
  .filter((path) => path !== undefined)
  .map((path) => `${path}.ts`)
  .sort();
say({ files });
await app.close();
collector.close();
