import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InMemorySpanExporter, Tracing, TracingModule } from 'nestjs-traced';
import { say, told } from './say.js';

// An application whose sampler is selected by its environment.

@Controller()
class OrdersController {
  @Get('orders')
  orders(): string {
    return 'orders';
  }
}

const exporter = new InMemorySpanExporter();

@Module({ imports: [TracingModule.forRoot({ exporter })], controllers: [OrdersController] })
class AppModule {}

const DEADLINE_MILLIS = 15_000;

const app = await NestFactory.create(AppModule, { logger: ['warn'] });
if (told('MODE') === 'idle') {
  // It forgets to close: no timer and no connection of the sampler keeps it alive.
  await app.init();
  app.get(Tracing).tracer.trace('work', () => {});
  say({ idle: true });
} else {
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/orders`;
  const deadline = Date.now() + DEADLINE_MILLIS;
  while (exporter.getFinishedSpans().length === 0 && Date.now() < deadline) {
    await (await fetch(url)).text();
  }
  await app.get(Tracing).forceFlush();
  const spans = exporter.getFinishedSpans().map(({ name, attributes }) => ({
    name,
    samplerType: attributes['jaeger.sampler.type'],
  }));
  say({ sampler: String(app.get(Tracing).sampler), spans: spans.slice(0, 2) });
  say({ counts: app.get(Tracing).statistics.counts() });
  await app.close();
  say({ closed: true });
}
