import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import Bull from 'bull';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { Queue as Queue6, QueueEvents as QueueEvents6, Worker as Worker6 } from 'bullmq-6';
import { traceJobs } from '../../../lib/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, REDIS } from '../../support/services.js';
import { BuiltPrograms } from '../process/child-program.js';

const describeIfThere = (await isServiceThere(REDIS)) ? describe : describe.skip;
const connection = { host: '127.0.0.1', port: 6379 };

let programs: BuiltPrograms;
let file: string;
let tracing: ReturnType<typeof createTestTracing>;
const ends: (() => Promise<unknown>)[] = [];

interface Result {
  readonly traceId: string;
  readonly parentId?: string;
  readonly kind: SpanKind;
  readonly name: string;
  readonly linkCount: number;
}

describeIfThere('a sandboxed processor', () => {
  beforeAll(async () => {
    programs = await BuiltPrograms.build();
    file = join(programs.folder, 'dist', 'programs', 'sandboxed-processor.js');
  });

  afterAll(() => programs?.remove());

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    tracing.close();
    tracing.recorder.verify();
  });

  /** Compares the span of the job here with the one that the processor reported. */
  function expectChild(name: string, result: Result): void {
    const spans = tracing.recorder.takeSpans();
    expect(traceAsText(spans, { attributes: false, links: true })).toBe(
      [
        'POST /orders',
        `  add ${name} [producer]`,
        '',
        `process ${name} [consumer] (link to "add ${name}")`,
      ].join('\n'),
    );
    const { traceId, spanId } = spans
      .find((span) => span.name === `process ${name}`)!
      .spanContext();
    expect(result).toMatchObject({
      traceId,
      parentId: spanId,
      kind: SpanKind.INTERNAL,
      linkCount: 0,
    });
  }

  it.each([
    ['process', 5, false],
    ['thread', 5, true],
    ['process', 6, false],
    ['thread', 6, true],
  ] as const)(
    'in a %s continues the trace of its worker, with BullMQ %i',
    async (_, version, useWorkerThreads) => {
      tracing = createTestTracing();
      const name = `sandbox-${process.pid}-${version}-${useWorkerThreads}`;
      const packages =
        version === 5
          ? { Queue, QueueEvents, Worker }
          : { Queue: Queue6, QueueEvents: QueueEvents6, Worker: Worker6 };
      const queue = traceJobs(new (packages.Queue as typeof Queue)(name, { connection }));
      const events = new (packages.QueueEvents as typeof QueueEvents)(name, { connection });
      const worker = traceJobs(
        new (packages.Worker as typeof Worker)(name, new URL(`file://${file}`), {
          connection,
          useWorkerThreads,
        }),
      );
      ends.push(
        () => queue.close(),
        () => queue.obliterate({ force: true }),
        () => events.close(),
        () => worker.close(),
      );
      await events.waitUntilReady();
      const job = await tracing.tracer.trace('POST /orders', {}, () => queue.add('welcome', {}));
      const result = (await job.waitUntilFinished(events)) as Result;
      await worker.close();
      expect(result.name).toBe(`process ${name}`);
      expectChild(name, result);
    },
  );

  it('continues the trace of its worker, with Bull', async () => {
    tracing = createTestTracing();
    const name = `sandbox-${process.pid}-bull`;
    const queue = traceJobs(new Bull(name, { redis: connection }));
    queue.process(file).catch(() => {});
    ends.push(
      () => queue.close(),
      () => queue.obliterate({ force: true }),
    );
    const job = await tracing.tracer.trace('POST /orders', {}, () => queue.add({}));
    const result = (await job.finished()) as Result;
    await tracing.recorder.waitForSpans(3);
    expectChild(name, result);
  });

  it('has its own trace where the worker is not traced', async () => {
    tracing = createTestTracing();
    const name = `sandbox-${process.pid}-untraced`;
    const queue = traceJobs(new Queue(name, { connection }));
    const events = new QueueEvents(name, { connection });
    const worker = new Worker(name, new URL(`file://${file}`), { connection });
    ends.push(
      () => queue.close(),
      () => queue.obliterate({ force: true }),
      () => events.close(),
      () => worker.close(),
    );
    await events.waitUntilReady();
    const job = await queue.add('welcome', {});
    const result = (await job.waitUntilFinished(events)) as Result;
    const added = tracing.recorder.takeSpan();
    expect(result).toMatchObject({
      name: `process ${name}`,
      kind: SpanKind.CONSUMER,
      linkCount: 1,
    });
    expect(result.traceId).not.toBe(added.spanContext().traceId);
  });
});
