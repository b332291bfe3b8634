import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type Context, context, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  OtlpSpanExporter,
  type RecordingSpan,
  TracingModule,
} from 'nestjs-traced';
import { say, told } from './say.js';

const REQUEST_COUNT = 200;
const live = new Set<WeakRef<object>>();

function watch(...objects: object[]): void {
  for (const object of objects) live.add(new WeakRef(object));
}

/** Counts the requests of each client, and forgets each of them by a timer, as storages of throttlers do. */
class ThrottlerStorage {
  readonly #counts = new Map<string, number>();

  increment(client: string): void {
    this.#counts.set(client, (this.#counts.get(client) ?? 0) + 1);
    setTimeout(() => this.#counts.set(client, (this.#counts.get(client) ?? 1) - 1), 600_000);
  }
}

/** Refreshes its values in the context of the request that has asked for them first. */
class RefreshingCache {
  readonly #refreshes = new Map<string, () => Context>();

  load(key: string): void {
    const enter = AsyncLocalStorage.snapshot();
    this.#refreshes.set(key, () => enter(() => context.active()));
    void new Promise(() => {}).then(() => this.load(key));
    setInterval(() => this.load(key), 600_000);
  }

  /** Returns the contexts in which it refreshes its values. */
  contexts(): Set<Context> {
    return new Set([...this.#refreshes.values()].map((refresh) => refresh()));
  }
}

const throttler = new ThrottlerStorage();
const cache = new RefreshingCache();
let keptCount = 0;

/** A function of its own, so that its closures contain nothing of a request. */
function keepContext(): void {
  throttler.increment('client');
  cache.load(String(keptCount++));
}

@Controller('uploads')
class UploadsController {
  @Post()
  @HttpCode(200)
  upload(@Body() body: object): string {
    watch(body);
    keepContext();
    return 'kept';
  }

  @Post('failing')
  fail(@Body() body: object): never {
    watch(body);
    keepContext();
    const error = Object.assign(new Error('failed'), { body });
    watch(error);
    throw error;
  }

  @Post('unanswered')
  wait(): Promise<never> {
    keepContext();
    return new Promise(() => {});
  }
}

@Module({
  imports: [
    TracingModule.forRoot({
      serviceName: 'uploads',
      // Nothing listens there: what waits for an export is the bytes of spans.
      exporter: new OtlpSpanExporter({ url: 'http://127.0.0.1:1/v1/traces' }),
      sampler: told('IS_SAMPLED') === 'true' ? new AlwaysOnSampler() : new AlwaysOffSampler(),
    }),
  ],
  controllers: [UploadsController],
})
class UploadsModule {}

const isFastify = told('PLATFORM') === 'fastify';
const adapter = isFastify ? new FastifyAdapter() : new ExpressAdapter();
const app = await NestFactory.create(UploadsModule, adapter, { logger: false });
await app.listen(0, '127.0.0.1');
app
  .getHttpServer()
  .prependListener('request', (request: IncomingMessage, response: object) =>
    watch(request, response, request.headers),
  );
const url = await app.getUrl();

async function post(path: string): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ text: 'x'.repeat(90_000) }),
  });
  await response.text();
}

/** A request from outside of the server whose response never closes, as with some bridges. */
function postWithoutEnd(): void {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method: 'POST', url: '/uploads/unanswered', httpVersion: '1.1' });
  request.push(null);
  const response = new ServerResponse(request);
  watch(request, response);
  const instance = app.getHttpAdapter().getInstance();
  if (isFastify) instance.routing(request, response);
  else instance(request, response);
}

for (let count = 0; count < REQUEST_COUNT / 2; count++) {
  await post('/uploads');
  await post('/uploads/failing');
}
for (let count = 0; count < 20; count++) postWithoutEnd();

function countLive(): number {
  return [...live].filter((reference) => reference.deref() !== undefined).length;
}

for (let turn = 0; turn < 50 && countLive() > 0; turn++) {
  await sleep(20);
  (globalThis as { gc?: () => void }).gc?.();
}
const spans = [...cache.contexts()].map((kept) => trace.getSpan(kept) as RecordingSpan);
const ended = spans.filter((span) => !span.isRecording() && span.spanContext().traceId !== '');
const full = ended.filter(({ attributes, events = [] }) => {
  return Object.keys(attributes).length > 0 || events.length > 0;
});
say({
  watched: live.size,
  live: countLive(),
  contexts: spans.length,
  endedSpans: ended.length,
  fullSpans: full.length,
});
process.exit();
