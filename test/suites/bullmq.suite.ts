import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import type { TracingOptions } from '../../lib/index.js';
import { until } from '../support/until.js';
import { untilCollected } from '../support/until-collected.js';
import {
  AuditService,
  type JobData,
  type JobsOfQueue,
  jobQueueSuite,
  processJob,
  type StartedJobs,
  startJobs,
} from './job-queue.suite.js';

/** The packages under test. */
export interface BullmqPackages {
  readonly nest: typeof import('@nestjs/bullmq');
  readonly bullmq: typeof import('bullmq');
  /** The major version of BullMQ. */
  readonly version: 5 | 6;
}

const connection = { host: '127.0.0.1', port: 6379 };
let queueCount = 0;

/** The behaviour of jobs, for one version of BullMQ with `@nestjs/bullmq`. */
export function bullmqSuite({ nest, bullmq, version }: BullmqPackages): void {
  const { BullModule, OnQueueEvent, OnWorkerEvent, Processor, WorkerHost } = nest;
  const { QueueEventsHost, QueueEventsListener, getFlowProducerToken, getQueueToken } = nest;
  let started: StartedJobs;

  async function start(
    options: TracingOptions = {},
    {
      queueOptions = {},
      withListeners = false,
      concurrency = 1,
    }: { queueOptions?: object; withListeners?: boolean; concurrency?: number } = {},
  ) {
    const name = `traced-${process.pid}-${version}-${queueCount++}`;

    @Processor(name)
    class MailProcessor extends WorkerHost {
      constructor(readonly audit: AuditService) {
        super();
      }

      process(job: import('bullmq').Job<JobData>): Promise<string> {
        return processJob(this.audit, job);
      }

      @OnWorkerEvent('active')
      onActive(): unknown {
        return withListeners ? this.audit.note('active') : undefined;
      }

      @OnWorkerEvent('completed')
      onCompleted(): unknown {
        return withListeners ? this.audit.note('completed') : undefined;
      }

      @OnWorkerEvent('failed')
      onFailed(): unknown {
        return withListeners ? this.audit.note('failed') : undefined;
      }

      @OnWorkerEvent('error')
      onError(): void {}
    }
    Reflect.defineMetadata('design:paramtypes', [AuditService], MailProcessor);

    @QueueEventsListener(name, { lastEventId: '0-0' })
    class MailEvents extends QueueEventsHost {
      readonly ids: string[] = [];

      @OnQueueEvent('completed')
      onCompleted({ jobId }: { jobId: string }): void {
        this.ids.push(jobId);
      }
    }

    started = await startJobs(
      name,
      {
        imports: [
          BullModule.forRoot({ connection }),
          BullModule.registerQueue({ name, ...queueOptions }),
          BullModule.registerFlowProducer({ name: 'flows' }),
        ],
        providers: [MailProcessor, ...(withListeners ? [MailEvents] : [])],
      },
      options,
    );
    const { module } = started;
    const processor = module.get(MailProcessor);
    processor.worker.concurrency = concurrency;
    return {
      ...started,
      queue: module.get<import('bullmq').Queue>(getQueueToken(name)),
      flows: module.get<import('bullmq').FlowProducer>(getFlowProducerToken('flows')),
      processor,
      events: withListeners ? module.get(MailEvents) : undefined,
    };
  }

  afterEach(async () => {
    const queue = new bullmq.Queue(started.name, { connection });
    await started.module.close();
    await queue.obliterate({ force: true });
    await queue.close();
    started.recorder.reset();
  });

  jobQueueSuite({
    // Version 6 has no repeatable jobs.
    hasRepeatableJobs: version === 5,
    async start(options) {
      const { queue, ...others } = await start(options, { concurrency: 50 });
      const { name } = others;
      const jobs: JobsOfQueue = {
        add: (jobName, data, jobOptions) => queue.add(jobName, data, jobOptions),
        addBulk: (list) => queue.addBulk(list),
        async addForeign(metadata) {
          const foreign = new bullmq.Queue(name, { connection });
          const jobOptions = metadata === undefined ? {} : { telemetry: { metadata } };
          await foreign.add('welcome', {}, jobOptions as object);
          await foreign.close();
        },
      };
      return { ...others, jobs };
    },
  });

  it('links the processing of a job to the code that added it', async () => {
    const { queue, tracer, waitForNotes, takeText } = await start();
    const job = await tracer.trace('POST /orders', {}, () => queue.add('welcome', {}));
    await waitForNotes(1);
    expect(job.data).toEqual({});
    const text = takeText(true);
    expect(
      text
        .replaceAll(`message.id=${job.id}`, 'message.id=<id>')
        .replaceAll(`message.id="${job.id}"`, 'message.id=<id>'),
    ).toBe(
      [
        'POST /orders',
        '  add mail [producer] messaging.destination.name=mail messaging.message.id=<id> messaging.operation.name=add messaging.operation.type=send messaging.system.name=bullmq nestjs.job.name=welcome',
        '',
        'process mail [consumer] messaging.destination.name=mail messaging.message.id=<id> messaging.operation.name=process messaging.operation.type=process messaging.system.name=bullmq nestjs.job.attempt=1 nestjs.job.name=welcome (link to "add mail")',
        '  AuditService.note',
      ].join('\n'),
    );
  });

  it('links the jobs of a flow, with and without options', async () => {
    const { flows, tracer, waitForNotes, takeText } = await start();
    const children = [
      { name: 'child', queueName: started.name, data: {} },
      { name: 'child', queueName: started.name, data: {}, opts: { attempts: 2 } },
    ];
    const flow = { name: 'parent', queueName: started.name, data: {}, children };
    await tracer.trace('POST /orders', {}, () => flows.add(flow));
    await waitForNotes(3);
    expect(flow).not.toHaveProperty('opts');
    const processed = (job: string): string =>
      `process mail [consumer] nestjs.job.name=${job} (link to "addNode mail")\n  AuditService.note`;
    expect(takeText(['nestjs.job.name'])).toBe(
      [
        [
          'POST /orders',
          '  addFlow mail [producer]',
          '    addNode mail [producer] nestjs.job.name=parent',
          '      addNode mail [producer] nestjs.job.name=child',
          '      addNode mail [producer] nestjs.job.name=child',
        ].join('\n'),
        ...[processed('child'), processed('child'), processed('parent')],
      ].join('\n\n'),
    );
  });

  it.each(['link', 'continue'] as const)(
    'starts a new trace for each job of a scheduler: %s',
    async (incomingContext) => {
      const { queue, tracer, waitForNotes, takeText } = await start({ jobs: { incomingContext } });
      await tracer.trace('POST /orders', {}, () =>
        queue.upsertJobScheduler('digest', { every: 20, limit: 3 }, { name: 'digest', data: {} }),
      );
      await waitForNotes(3);
      const root = 'process mail [consumer]\n  AuditService.note';
      expect(takeText()).toBe(
        ['POST /orders\n  add mail [producer]', root, root, root].join('\n\n'),
      );
    },
  );

  it('calls listeners in the context of their job', async () => {
    const { queue, tracer, waitForNotes, events, takeText } = await start(
      {},
      { withListeners: true },
    );
    await tracer.trace('POST /orders', {}, () =>
      queue.addBulk([
        { name: 'good', data: {} },
        { name: 'bad', data: { failures: 1 } },
      ]),
    );
    await waitForNotes(6);
    await until(
      () => events?.ids.length === 1 && started.recorder.openSpans.length === 0,
      () => events?.ids,
    );
    const note = '\n  AuditService.note';
    const processed = (job: string, error: string): string =>
      `process mail [consumer] nestjs.job.name=${job}${error} (link to "addBulk mail")${note}${note}${note}`;
    const failed = ' ERROR "no such address" exception RangeError';
    expect(takeText(['nestjs.job.event', 'nestjs.job.name']).split('\n\n').sort()).toEqual(
      [
        'MailEvents.onCompleted [consumer] nestjs.job.event=completed',
        'POST /orders\n  addBulk mail [producer]',
        processed('bad', failed),
        processed('good', ''),
      ].sort(),
    );
  });

  it('respects a telemetry of the user', async () => {
    const names: string[] = [];
    const telemetry = recordingTelemetry(names);
    const { queue, processor, waitForNotes, takeText } = await start(
      {},
      { queueOptions: { telemetry } },
    );
    await queue.add('welcome', {});
    await waitForNotes(1);
    expect(takeText()).toBe('MailProcessor.onActive [consumer]\n\nAuditService.note');
    expect(names).toEqual(
      expect.arrayContaining([`add ${started.name}.welcome`, `process ${started.name}`]),
    );
    expect(queue.opts.telemetry).toBe(telemetry);
    expect(processor.worker.opts.telemetry).toBe(telemetry);
  });

  it('exports the span of a job that runs while the application closes, and leaves no hook', async () => {
    const { queue, tracer, processor, recorder, takeText } = await start();
    const { worker } = processor;
    const listenerCount = worker.listenerCount('failed');
    let release = (): void => {};
    processor.audit.note = () =>
      new Promise<void>((resolve) => {
        release = resolve;
      });
    await tracer.trace('POST /orders', {}, () => queue.add('welcome', {}));
    await until(
      () => recorder.openSpans.some((span) => span.name.startsWith('process')),
      () => recorder.openSpans.length,
    );
    const closed = started.module.close();
    release();
    await closed;
    expect(takeText()).toBe(
      [
        'POST /orders',
        '  add mail [producer]',
        '',
        'process mail [consumer] (link to "add mail")',
      ].join('\n'),
    );
    expect(queue.opts.telemetry).toBeUndefined();
    expect(worker.opts.telemetry).toBeUndefined();
    expect(worker.listenerCount('failed')).toBe(listenerCount - 1);
    expect(['add', 'upsertJobScheduler'].filter((key) => Object.hasOwn(queue, key))).toEqual([]);
  });

  it('keeps no job, also if a timer keeps the context of its processing', async () => {
    const { queue, audit, waitForNotes } = await start();
    const jobs: WeakRef<object>[] = [];
    const timers: NodeJS.Timeout[] = [];
    audit.watch = (job) => {
      jobs.push(new WeakRef(job));
      timers.push(setTimeout(() => {}, 60_000));
    };
    await queue.addBulk(Array.from({ length: 200 }, () => ({ name: 'welcome', data: {} })));
    await waitForNotes(200);
    expect(jobs).toHaveLength(200);
    await setImmediate();
    // BullMQ keeps the last one itself.
    await untilCollected(jobs, 2);
    for (const timer of timers) clearTimeout(timer);
    expect(started.recorder.takeSpans()).toHaveLength(401);
  });
}

/** A telemetry that only writes down the names of spans. */
function recordingTelemetry(names: string[]): object {
  const span = {
    setSpanOnContext: (context: unknown) => context,
    setAttribute() {},
    setAttributes() {},
    addEvent() {},
    recordException() {},
    end() {},
  };
  return {
    tracer: {
      startSpan(name: string) {
        names.push(name);
        return span;
      },
    },
    contextManager: {
      with: (_: unknown, fn: () => unknown) => fn(),
      active: () => ({}),
      getMetadata: () => '',
      fromMetadata: () => ({}),
    },
  };
}
