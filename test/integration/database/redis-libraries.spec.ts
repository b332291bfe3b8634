import { afterEach, describe, expect, it } from '@jest/globals';
import KeyvRedis from '@keyv/redis';
import { CACHE_MANAGER, type Cache, CacheModule } from '@nestjs/cache-manager';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { TracingModule, traceJobs } from '../../../lib/index.js';
import { createTestTracing, testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, REDIS } from '../../support/services.js';

const itIfThere = (await isServiceThere(REDIS)) ? it : it.skip;
const closings: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

describe('Redis below libraries', () => {
  itIfThere('shows commands of a processor, and none of the job queue', async () => {
    const { tracer, recorder, close } = createTestTracing();
    closings.push(close);
    const connection = new Redis({ host: '127.0.0.1', maxRetriesPerRequest: null });
    closings.push(() => connection.disconnect());
    const name = `traced-redis-${process.pid}`;
    const queue = traceJobs(new Queue(name, { connection }));
    closings.push(() => queue.close());
    let listened = (): void => {};
    const listening = new Promise<void>((resolve) => {
      listened = resolve;
    });
    // One connection for the queue and for the code of the user, as applications share it.
    const worker = traceJobs(
      new Worker(
        name,
        async (job) => {
          await connection.get('a');
          await job.updateProgress(50);
        },
        { connection, autorun: false },
      ),
    );
    closings.push(() => worker.close(true));
    worker.on('completed', async () => {
      await connection.get('b');
      listened();
    });
    await queue.waitUntilReady();
    await tracer.trace('POST /orders', async () => {
      await queue.add('mail', {});
      await connection.get('c');
    });
    void worker.run();
    await listening;
    await worker.close();
    await queue.obliterate({ force: true });
    const text = traceAsText(recorder.takeSpans(), { attributes: [] }).replaceAll(name, 'mail');
    // A script is sent by its text for the first time.
    expect(text.replace('EVAL [', 'EVALSHA [')).toBe(
      [
        'POST /orders',
        '  add mail [producer]',
        '  GET [client]',
        '',
        'process mail [consumer]',
        '  GET [client]',
        // The progress.
        '  EVALSHA [client]',
        // The listener.
        '  GET [client]',
      ].join('\n'),
    );
  });

  itIfThere('shows what a cache reads in a request, and nothing outside of one', async () => {
    const { options, recorder } = testTracingOptions();
    const store = new KeyvRedis('redis://127.0.0.1:6379');

    @Controller()
    class CacheController {
      constructor(@Inject(CACHE_MANAGER) private readonly cache: Cache) {}

      @Get()
      async read(): Promise<string> {
        return (await this.cache.get<string>('traced-redis-cache')) ?? 'nothing';
      }
    }

    @Module({
      imports: [TracingModule.forRoot(options), CacheModule.register({ stores: [store] })],
      controllers: [CacheController],
    })
    class CachedModule {}

    const app = await NestFactory.create(CachedModule, { logger: false });
    closings.push(() => app.close());
    await app.listen(0, '127.0.0.1');
    const cache: Cache = app.get(CACHE_MANAGER);
    await cache.set('traced-redis-cache', 'value');
    recorder.takeSpans();
    await cache.get('traced-redis-cache');
    expect(recorder.takeSpans()).toEqual([]);
    expect(await (await fetch(await app.getUrl())).text()).toBe('value');
    const trace = await recorder.takeNextTrace();
    const lines = traceAsText(trace, { attributes: [] }).split('\n');
    expect(lines.some((line) => /^ +M?GET \[client\]$/.test(line))).toBe(true);
  });
});
