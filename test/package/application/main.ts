import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TracingModule } from 'nestjs-traced';
import { dedent, SpanRecorder, traceAsText } from 'nestjs-traced/testing';
import { createAdapter } from './create-adapter.js';
import { checkLogLines } from './log-lines.js';
import { OrdersModule } from './orders.module.js';

const EXPECTED = dedent`
  GET [client] http.response.status_code=200
    GET /orders/:id [server] http.response.status_code=200
      OrdersService.find order.id="42"
        read order
`;

@Module({})
class AppModule {
  static with(recorder: SpanRecorder): DynamicModule {
    const tracing = TracingModule.forRoot({ serviceName: 'orders', spanProcessors: [recorder] });
    return { module: AppModule, imports: [tracing, OrdersModule] };
  }
}

/** Boots the application, sends one request and compares its trace. */
async function main(): Promise<void> {
  const recorder = new SpanRecorder();
  const app = await NestFactory.create(AppModule.with(recorder), createAdapter(), {
    logger: ['error', 'warn'],
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/orders/42`);
  const body = await response.text();
  if (body !== '{"id":"42"}') throw new Error(`The application answered ${body}`);

  const trace = await recorder.takeNextTrace({ spanCount: 4, deadlineMillis: 5000 });
  const attributes = ['http.response.status_code', 'order.id'];
  const text = traceAsText(trace, { attributes });
  checkLogLines(app);
  recorder.takeSpans();
  await app.close();
  recorder.verify();
  console.log(text);
  if (text !== EXPECTED) throw new Error(`The trace should have been\n${EXPECTED}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
