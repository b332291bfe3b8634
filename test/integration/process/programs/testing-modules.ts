import 'reflect-metadata';
import { channel } from 'node:diagnostics_channel';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { type Span, trace } from '@opentelemetry/api';
import { CurrentSpan, Traced, TracingModule } from 'nestjs-traced';
import { SpanRecorder, TracingTestingModule, traceAsText } from 'nestjs-traced/testing';
import { say, told } from './say.js';

const CHANNELS = [
  'undici:request:create',
  'undici:request:headers',
  'undici:request:error',
  'http.client.request.created',
  'http.client.request.start',
  'http.client.response.finish',
  'http.server.request.start',
];

@Injectable()
class OrdersService {
  @Traced()
  async find(@CurrentSpan() span?: Span): Promise<boolean> {
    return span?.isRecording() === true;
  }
}

@Controller('orders')
class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  find(): Promise<boolean> {
    return this.orders.find();
  }
}

@Module({
  imports: [TracingModule.forRoot({ inFlight: true, registerGlobally: true })],
  controllers: [OrdersController],
  providers: [OrdersService],
})
class AppModule {}

@Module({})
class RootModule {}

interface Opened {
  readonly recorder: WeakRef<object>;
  readonly application: WeakRef<object>;
  readonly trace: string;
}

async function openAndClose(): Promise<Opened> {
  const testing = TracingTestingModule.forApplication({ registerGlobally: true });
  const root = { module: RootModule, imports: [AppModule, testing] };
  const app = await NestFactory.create(root, new ExpressAdapter(), {
    logger: ['error', 'warn'],
    forceCloseConnections: true,
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const recorder = app.get(SpanRecorder);
  const response = await fetch(`http://127.0.0.1:${port}/orders`, {
    headers: { connection: 'close' },
  });
  await response.text();
  const spans = await recorder.takeNextTrace({ spanCount: 3 });
  await app.close();
  recorder.verify();
  return {
    recorder: new WeakRef(recorder),
    application: new WeakRef(app),
    trace: traceAsText(spans, { attributes: false }),
  };
}

/** What a module can leave behind in its process. */
async function left(): Promise<object> {
  // Closed sockets leave after some turns of the event loop.
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  const listeners = process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const span = trace.getTracer('library').startSpan('work');
  return {
    resources: process.getActiveResourcesInfo().sort(),
    listeners: Object.fromEntries(listeners),
    channels: CHANNELS.filter((name) => channel(name).hasSubscribers),
    isGlobalTracerRecording: span.isRecording(),
    isDecoratedMethodTraced: await new OrdersService().find(),
  };
}

say({ before: await left() });
const count = Number(told('MODULE_COUNT'));
const opened: Opened[] = [];
for (let index = 0; index < count; index++) opened.push(await openAndClose());
say({ after: await left(), traces: [...new Set(opened.map((one) => one.trace))] });
for (let turn = 0; turn < 5; turn++) {
  globalThis.gc?.();
  await setImmediate();
}
const isKept = (held: WeakRef<object>): boolean => held.deref() !== undefined;
say({
  keptRecorders: opened.filter(({ recorder }) => isKept(recorder)).length,
  keptApplications: opened.filter(({ application }) => isKept(application)).length,
});
// Nothing ends the process now but that nothing is left to do.
