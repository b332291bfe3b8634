import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { traceBullQueue } from '../../../lib/jobs/bull/trace-bull-queue.js';
import { JobTelemetry } from '../../../lib/jobs/bullmq/bullmq-telemetry.js';
import { traceBullmq } from '../../../lib/jobs/bullmq/trace-bullmq.js';
import { JobHandler } from '../../../lib/jobs/job-handler.js';
import { hookJobs, traceJobs } from '../../../lib/jobs/trace-jobs.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

class FakeBullQueue extends EventEmitter {
  readonly name = 'mail';
  readonly added: unknown[][] = [];

  async add(...args: unknown[]): Promise<void> {
    this.added.push(args);
  }

  async addBulk(...args: unknown[]): Promise<void> {
    this.added.push(args);
  }

  process(): void {}
  nextJobFromJobData(): void {}

  async processJob(job?: { error?: unknown }): Promise<string> {
    if (job?.error) this.emit('failed', job, job.error);
    return 'next';
  }
}

class FakeBullmqQueue {
  readonly opts: { telemetry?: unknown } = {};
  add(): void {}
  addBulk(): void {}
  upsertJobScheduler(): void {}
  trace(): void {}
}

class FakeFlowProducer {
  telemetry?: unknown;
  readonly added: unknown[][] = [];

  add(...args: unknown[]): void {
    this.added.push(args);
  }

  addBulk(...args: unknown[]): void {
    this.added.push(args);
  }

  getFlow(): void {}
  addNode(): void {}
}

class FakeWorker extends EventEmitter {
  readonly name = 'mail';
  readonly opts: { telemetry?: unknown } = {};
  getNextJob(): void {}
  trace(): void {}
  callProcessJob(): void {}

  processJob(job: unknown): unknown {
    return job;
  }
}

function create() {
  const tracing = createTracing();
  const handler = new JobHandler(tracing.tracer);
  return { ...tracing, handlerOf: () => handler };
}

describe('traceJobs', () => {
  it('traces each object once, and returns it', () => {
    createTracing();
    const queue = new FakeBullmqQueue();
    expect(traceJobs(queue)).toBe(queue);
    const { telemetry } = queue.opts;
    expect(telemetry).toBeInstanceOf(JobTelemetry);
    expect(traceJobs(queue).opts.telemetry).toBe(telemetry);
    const own = Object.assign(new FakeBullmqQueue(), { opts: { telemetry: {} } });
    expect(traceJobs(own).opts.telemetry).toEqual({});
  });

  it.each([{}, [], 'mail', null, undefined, new EventEmitter()])('refuses %p', (target) => {
    expect(() => traceJobs(target as object)).toThrow(
      'traceJobs.target must be a Queue, Worker or FlowProducer of BullMQ, or a queue of Bull',
    );
  });

  it('can be undone and repeated', () => {
    const { handlerOf } = create();
    const worker = new FakeWorker();
    const undo = hookJobs(worker, handlerOf);
    expect(hookJobs(worker, handlerOf)).toBeUndefined();
    undo?.();
    expect(worker.opts).toEqual({});
    expect(worker.eventNames()).toEqual([]);
    expect(Object.hasOwn(worker, 'processJob')).toBe(false);
    expect(hookJobs(worker, handlerOf)).toBeDefined();
  });
});

describe('traceBullmq', () => {
  it('gives a worker its own telemetry, unless the user gave one', () => {
    const { handlerOf } = create();
    const [queue, worker, users] = [new FakeBullmqQueue(), new FakeWorker(), new FakeWorker()];
    traceBullmq(queue, handlerOf);
    worker.opts.telemetry = queue.opts.telemetry;
    users.opts.telemetry = {};
    expect(traceBullmq(worker, handlerOf)).toBeDefined();
    expect(traceBullmq(users, handlerOf)).toBeUndefined();
    expect(worker.opts.telemetry).toMatchObject({ role: 'worker' });
    expect(users.opts.telemetry).toEqual({});
  });

  it('leaves a telemetry that the user sets later', () => {
    const { handlerOf } = create();
    const queue = new FakeBullmqQueue();
    const undo = traceBullmq(queue, handlerOf);
    queue.opts.telemetry = 'of the user';
    undo?.();
    expect(queue.opts.telemetry).toBe('of the user');
  });

  it('gives every job of a flow options, in a copy', () => {
    const { handlerOf } = create();
    const producer = new FakeFlowProducer();
    const undo = traceBullmq(producer, handlerOf);
    const flow = { name: 'a', children: [{ name: 'b' }, { name: 'c', opts: { delay: 1 } }] };
    producer.add(flow, 'options');
    producer.addBulk([flow, null]);
    producer.addBulk('invalid');
    const copy = {
      name: 'a',
      opts: {},
      children: [
        { name: 'b', opts: {} },
        { name: 'c', opts: { delay: 1 } },
      ],
    };
    expect(producer.added).toEqual([[copy, 'options'], [[copy, null]], ['invalid']]);
    expect(flow).not.toHaveProperty('opts');
    undo?.();
    expect(Object.keys(producer)).not.toContain('add');
    expect(producer.telemetry).toBeUndefined();
  });

  it.each([{}, new FakeBullQueue()])('ignores %p', (candidate) => {
    expect(traceBullmq(candidate, create().handlerOf)).toBeUndefined();
  });
});

describe('traceBullQueue', () => {
  it('adds the context to the options, and changes nothing else', async () => {
    const { handlerOf } = create();
    const queue = new FakeBullQueue();
    traceBullQueue(queue, handlerOf);
    const opts = { delay: 1 };
    await queue.add('welcome', { a: 1 }, opts);
    await queue.add({ a: 1 });
    await queue.add({ a: 1 }, { repeat: { every: 1 } });
    await queue.add({ a: 1 }, { telemetry: { metadata: 'own' } });
    await queue.addBulk([{ name: 'a', data: 1, opts }, { data: 2 }]);
    const telemetry = { metadata: expect.stringContaining('traceparent') };
    expect(opts).toEqual({ delay: 1 });
    expect(queue.added).toEqual([
      ['welcome', { a: 1 }, { delay: 1, telemetry }],
      [{ a: 1 }, { telemetry }],
      [{ a: 1 }, { repeat: { every: 1 } }],
      [{ a: 1 }, { telemetry: { metadata: 'own' } }],
      [
        [
          { name: 'a', data: 1, opts: { delay: 1, telemetry } },
          { data: 2, opts: { telemetry } },
        ],
      ],
    ]);
  });

  it('records the error of a job that failed, and of no other', async () => {
    const { handlerOf, recorder } = create();
    const queue = new FakeBullQueue();
    const undo = traceBullQueue(queue, handlerOf);
    expect(await queue.processJob({ error: new RangeError('no') })).toBe('next');
    expect(await queue.processJob()).toBe('next');
    queue.emit('failed', { id: 'other' }, new Error('elsewhere'));
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'process mail [consumer] ERROR "no" exception RangeError',
    );
    undo?.();
    expect(queue.eventNames()).toEqual([]);
    expect(Object.getOwnPropertyNames(queue)).not.toContain('processJob');
  });

  it('passes everything on without a handler', async () => {
    const queue = new FakeBullQueue();
    traceBullQueue(queue, () => undefined);
    await queue.add({ a: 1 });
    await queue.addBulk([{}]);
    expect(await queue.processJob({})).toBe('next');
    expect(queue.added).toEqual([[{ a: 1 }], [[{}]]]);
  });
});
