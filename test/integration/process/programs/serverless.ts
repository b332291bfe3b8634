import 'reflect-metadata';
import cluster from 'node:cluster';
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { isMainThread, Worker } from 'node:worker_threads';
import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OtlpSpanExporter, Traced, Tracing, TracingModule } from 'nestjs-traced';
import { say, told } from './say.js';

// An application as platforms for functions, scripts and process managers run it.
const mode = told('MODE');

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

@Module({
  imports: [
    TracingModule.forRoot({
      serviceName: 'function',
      exporter: {
        useFactory: () =>
          new OtlpSpanExporter({
            url: told('COLLECTOR_URL'),
            timeoutMillis: 1_000,
            retry: { initialBackoffMillis: 10 },
          }),
      },
      batch: { exportTimeoutMillis: 1_500 },
      // Platforms have a client of their own for the invocations.
      http: { client: false },
    }),
  ],
  controllers: [OrdersController],
  providers: [OrdersService],
})
class FunctionModule {}

const LOGGER = { logger: ['error', 'warn'] as ('error' | 'warn')[] };

/** As adapters for functions do it: a request without a server, and a response without a connection. */
function callWithoutServer(
  handler: (...values: unknown[]) => unknown,
  url: string,
): Promise<string> {
  const request = new IncomingMessage({ encrypted: true, readable: false } as unknown as Socket);
  Object.assign(request, { method: 'GET', url, headers: { host: 'function' } });
  request.push(null);
  const response = new ServerResponse(request);
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  response.assignSocket(sink as Socket);
  return new Promise((resolve) => {
    response.once('finish', () =>
      resolve(Buffer.concat(chunks).toString().split('\r\n\r\n')[1] ?? ''),
    );
    handler(request, response);
  });
}

/** Asks for one invocation after the other, as the runtime of a platform does. */
async function serveInvocations(runtimeUrl: string): Promise<void> {
  const app = await NestFactory.create(FunctionModule, LOGGER);
  await app.init();
  const handler = app.getHttpAdapter().getInstance();
  const tracing = app.get(Tracing);
  for (;;) {
    const next = (await (await fetch(`${runtimeUrl}/next`)).json()) as { path?: string };
    if (next.path === undefined) break;
    const answer = await callWithoutServer(handler, next.path);
    await tracing.forceFlush();
    await (await fetch(`${runtimeUrl}/answer`, { method: 'POST', body: answer })).text();
  }
  say({ counts: tracing.statistics.counts() });
}

async function runScript(): Promise<void> {
  const app = await NestFactory.createApplicationContext(FunctionModule, LOGGER);
  await app.get(OrdersService).find('1');
  await app.get(OrdersService).find('2');
  if (mode === 'script-close') {
    await app.close();
    process.exit(0);
  }
  if (mode === 'script-exit') process.exit(0);
}

async function listen(): Promise<void> {
  const app = await NestFactory.create(FunctionModule, LOGGER);
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  await (await fetch(`${await app.getUrl()}/orders/1`)).text();
  // Process managers wait for this message before they stop the process that it replaces.
  process.send?.('ready');
}

if (mode === 'function') await serveInvocations(told('RUNTIME_URL'));
else if (mode.startsWith('script')) await runScript();
else if (mode === 'worker' && isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.once('exit', (exitCode) => say({ exitCode }));
} else if (mode === 'worker') await runScript();
else if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  let readyCount = 0;
  cluster.on('message', (_worker, message) => {
    if (message !== 'ready' || ++readyCount < workers.length) return;
    say({ ready: true });
    // As `pm2 reload` does it.
    for (const worker of workers) worker.process.kill('SIGINT');
  });
  let exitCount = 0;
  cluster.on('exit', () => {
    if (++exitCount === workers.length) say({ exited: exitCount });
  });
} else await listen();
