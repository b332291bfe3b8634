import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { contextStorage } from '../../lib/context/index.js';
import {
  AlwaysOffSampler,
  getBaggage,
  Traced,
  Tracer,
  TracingModule,
  type TracingOptions,
  withBaggage,
} from '../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../lib/testing/index.js';
import { silentLogger } from '../support/silent-logger.js';
import { batchesOfJobs, countAttempts, takeSpansOfJobs } from '../support/spans-of-jobs.js';
import { until } from '../support/until.js';
import { untilCollected } from '../support/until-collected.js';

/** The packages under test. */
export interface BullmqPackages {
  readonly nest: typeof import('@nestjs/bullmq');
  readonly bullmq: typeof import('bullmq');
  /** The major version of BullMQ. */
  readonly version: 5 | 6;
}

const connection = { host: '127.0.0.1', port: 6379 };
let queueCount = 0;

/** What a job of the tests asks of its processor. */
interface JobData {
  readonly failures?: number;
  readonly children?: boolean;
}

/** The behaviour of jobs, for one version of BullMQ with `@nestjs/bullmq`. */
export function bullmqSuite({ nest, bullmq, version }: BullmqPackages): void {
  const { BullModule, OnQueueEvent, OnWorkerEvent, Processor, WorkerHost } = nest;
  const { QueueEventsHost, QueueEventsListener, getFlowProducerToken, getQueueToken } = nest;
  let module: TestingModule;
  let setup: ReturnType<typeof testTracingOptions>;
  let name: string;

  @Injectable()
  class AuditService {
    readonly notes: string[] = [];

    @Traced()
    async note(text: string): Promise<void> {
      this.notes.push(text);
    }
  }

  async function start(
    options: TracingOptions = {},
    {
      queueOptions = {},
      withListeners = false,
    }: { queueOptions?: object; withListeners?: boolean } = {},
  ) {
    name = `traced-${process.pid}-${version}-${queueCount++}`;

    @Processor(name)
    class MailProcessor extends WorkerHost {
      constructor(readonly audit: AuditService) {
        super();
      }

      watch: (job: object) => void = () => {};

      async process(job: import('bullmq').Job<JobData>): Promise<string> {
        this.watch(job);
        await this.audit.note(`process ${job.name} ${getBaggage('tenant') ?? '-'}`);
        if (job.attemptsMade < (job.data.failures ?? 0)) throw new RangeError('no such address');
        return 'sent';
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

    @Module({
      imports: [
        BullModule.forRoot({ connection }),
        BullModule.registerQueue({ name, ...queueOptions }),
        BullModule.registerFlowProducer({ name: 'flows' }),
      ],
      providers: [MailProcessor, AuditService, ...(withListeners ? [MailEvents] : [])],
    })
    class MailModule {}

    setup = testTracingOptions(options);
    const imports = [MailModule, TracingModule.forRoot(setup.options)];
    module = await Test.createTestingModule({ imports }).setLogger(silentLogger).compile();
    await module.init();
    const queue = module.get<import('bullmq').Queue>(getQueueToken(name));
    const audit = module.get(AuditService);
    const waitForNotes = (count: number): Promise<void> =>
      until(
        () => audit.notes.length >= count && setup.recorder.openSpans.length === 0,
        () => [audit.notes, setup.recorder.openSpans.map((span) => span.name)],
      );
    return {
      ...setup,
      queue,
      audit,
      waitForNotes,
      tracer: module.get(Tracer),
      flows: module.get<import('bullmq').FlowProducer>(getFlowProducerToken('flows')),
      processor: module.get(MailProcessor),
      events: withListeners ? module.get(MailEvents) : undefined,
    };
  }

  /** The spans as text, without what differs between runs. */
  function takeText(attributes: string[] | false = false): string {
    const text = traceAsText(setup.recorder.takeSpans(), { attributes, links: true });
    return text.replaceAll(name, 'mail');
  }

  afterEach(async () => {
    const queue = new bullmq.Queue(name, { connection });
    await module.close();
    await queue.obliterate({ force: true });
    await queue.close();
    setup.recorder.reset();
  });

  it('links the processing of a job to the code that added it', async () => {
    const { queue, tracer, waitForNotes } = await start();
    const job = await tracer.trace('POST /orders', {}, () => queue.add('welcome', {}));
    await waitForNotes(1);
    expect(job.data).toEqual({});
    const spans = setup.recorder.takeSpans();
    const text = traceAsText(spans, { links: true }).replaceAll(name, 'mail');
    expect(
      text
        .replaceAll(`message.id=${job.id}`, 'message.id=<id>')
        .replaceAll(`message.id="${job.id}"`, 'message.id=<id>'),
    ).toBe(
      [
        'POST /orders',
        '  add mail [producer] messaging.destination.name=mail messaging.message.id=<id> messaging.operation.name=add messaging.operation.type=send messaging.system=bullmq nestjs.job.name=welcome',
        '',
        'process mail [consumer] messaging.destination.name=mail messaging.message.id=<id> messaging.operation.name=process messaging.operation.type=process messaging.system=bullmq nestjs.job.attempt=1 nestjs.job.name=welcome (link to "add mail")',
        '  AuditService.note',
      ].join('\n'),
    );
  });

  it('makes it a child if the option says so, and passes baggage on', async () => {
    const { queue, tracer, audit, waitForNotes } = await start({
      jobs: { incomingContext: 'continue' },
    });
    await tracer.trace('POST /orders', {}, () =>
      withBaggage({ tenant: 'acme' }, () => queue.add('welcome', {})),
    );
    await waitForNotes(1);
    expect(audit.notes).toEqual(['process welcome acme']);
    expect(takeText()).toBe(
      [
        'POST /orders',
        '  add mail [producer]',
        '    process mail [consumer]',
        '      AuditService.note',
      ].join('\n'),
    );
  });

  it('has one span for jobs that are added together, and links all of them', async () => {
    const { queue, tracer, waitForNotes } = await start();
    const jobs = ['a', 'b', 'c'].map((job) => ({ name: job, data: {} }));
    await tracer.trace('POST /orders', {}, () => queue.addBulk(jobs));
    await waitForNotes(3);
    const processed = 'process mail [consumer] (link to "addBulk mail")\n  AuditService.note';
    expect(takeText(['messaging.batch.message_count'])).toBe(
      [
        'POST /orders\n  addBulk mail [producer] messaging.batch.message_count=3',
        ...[processed, processed, processed],
      ].join('\n\n'),
    );
  });

  it('links the jobs of a flow, with and without options', async () => {
    const { flows, tracer, waitForNotes } = await start();
    const children = [
      { name: 'child', queueName: name, data: {} },
      { name: 'child', queueName: name, data: {}, opts: { attempts: 2 } },
    ];
    const flow = { name: 'parent', queueName: name, data: {}, children };
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

  it('has a span for each attempt, with its error; all belong to the same code', async () => {
    const { queue, tracer, waitForNotes } = await start();
    await tracer.trace('POST /orders', {}, () =>
      queue.add('welcome', { failures: 2 }, { attempts: 3, backoff: { type: 'fixed', delay: 1 } }),
    );
    await waitForNotes(3);
    const attempt = (number: number, error: string): string =>
      `process mail [consumer]${error && ' error.type=RangeError'} nestjs.job.attempt=${number}${error} (link to "add mail")\n  AuditService.note`;
    const failed = ' ERROR "no such address" exception RangeError';
    expect(takeText(['nestjs.job.attempt', 'error.type'])).toBe(
      [
        'POST /orders\n  add mail [producer]',
        ...[attempt(1, failed), attempt(2, failed), attempt(3, '')],
      ].join('\n\n'),
    );
  });

  it.each(['link', 'continue'] as const)(
    'starts a new trace for each job of a scheduler: %s',
    async (incomingContext) => {
      const { queue, tracer, waitForNotes } = await start({ jobs: { incomingContext } });
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

  if (version === 5) {
    it('starts a new trace for each run of a repeatable job', async () => {
      const { queue, tracer, waitForNotes } = await start({
        jobs: { incomingContext: 'continue' },
      });
      await tracer.trace('POST /orders', {}, () =>
        // Version 6 has no repeatable jobs, and its types do not know the option.
        queue.add('digest', {}, { repeat: { every: 20, limit: 2 } } as object),
      );
      await waitForNotes(2);
      const root = 'process mail [consumer]\n  AuditService.note';
      expect(takeText()).toBe(['POST /orders\n  add mail [producer]', root, root].join('\n\n'));
    });
  }

  it('calls listeners in the context of their job', async () => {
    const { queue, tracer, waitForNotes, events } = await start({}, { withListeners: true });
    await tracer.trace('POST /orders', {}, () =>
      queue.addBulk([
        { name: 'good', data: {} },
        { name: 'bad', data: { failures: 1 } },
      ]),
    );
    await waitForNotes(6);
    await until(
      () => events?.ids.length === 1 && setup.recorder.openSpans.length === 0,
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

  it.each([
    ['nothing', undefined],
    ['no JSON', 'hello'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['an invalid context', '{"traceparent":"00-0-0-0","baggage":7}'],
    ['a context of a later version', '{"traceparent":"ff-1-2-3","next":{"a":[1]}}'],
    ['a long text', `"${'x'.repeat(100_000)}"`],
  ])('starts a new trace for a job with %s as context', async (_, metadata) => {
    const { waitForNotes, warnings, audit } = await start({
      jobs: { incomingContext: 'continue' },
    });
    const foreign = new bullmq.Queue(name, { connection });
    await foreign.add('welcome', {}, metadata === undefined ? {} : { telemetry: { metadata } });
    await foreign.close();
    await waitForNotes(1);
    expect(takeText()).toBe('process mail [consumer]\n  AuditService.note');
    expect(audit.notes).toEqual(['process welcome -']);
    expect(warnings).toEqual([]);
  });

  it('reads the context of a later version of the format', async () => {
    const { waitForNotes, recorder } = await start({ jobs: { incomingContext: 'continue' } });
    const foreign = new bullmq.Queue(name, { connection });
    await foreign.add('welcome', {}, { telemetry: { metadata: LATER_VERSION } });
    await foreign.close();
    await waitForNotes(1);
    const span = recorder.takeSpans().find(({ parentSpanContext }) => parentSpanContext?.isRemote);
    expect([span?.name, span?.spanContext().traceId]).toEqual([`process ${name}`, 'a'.repeat(32)]);
  });

  it('respects a telemetry of the user', async () => {
    const names: string[] = [];
    const telemetry = recordingTelemetry(names);
    const { queue, processor, waitForNotes } = await start({}, { queueOptions: { telemetry } });
    await queue.add('welcome', {});
    await waitForNotes(1);
    expect(takeText()).toBe('MailProcessor.onActive [consumer]\n\nAuditService.note');
    expect(names).toEqual(expect.arrayContaining([`add ${name}.welcome`, `process ${name}`]));
    expect(queue.opts.telemetry).toBe(telemetry);
    expect(processor.worker.opts.telemetry).toBe(telemetry);
  });

  it.each([
    ['the option is false', { jobs: false }, ['POST /orders', '', 'AuditService.note']],
    ['a rule ignores the queue', { jobs: { ignore: [/^traced-/] } }, ['POST /orders']],
    ['tracing is off', { enabled: false }, []],
  ] as const)('records no jobs if %s', async (_, options, expected) => {
    const { queue, tracer, waitForNotes } = await start(options as TracingOptions);
    await tracer.trace('POST /orders', {}, () => queue.add('welcome', {}));
    await waitForNotes(1);
    expect(takeText()).toBe(expected.join('\n'));
  });

  it('exports the span of a job that runs while the application closes, and leaves no hook', async () => {
    const { queue, tracer, processor, recorder } = await start();
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
    const closed = module.close();
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
    const { queue, processor, waitForNotes } = await start();
    const jobs: WeakRef<object>[] = [];
    const timers: NodeJS.Timeout[] = [];
    processor.watch = (job) => {
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
    expect(setup.recorder.takeSpans()).toHaveLength(401);
  });

  /** Returns references to the context of each attempt, after all of them. */
  async function processManyJobs(options: TracingOptions): Promise<WeakRef<object>[]> {
    const { queue, tracer, waitForNotes, processor, audit } = await start(options);
    processor.worker.concurrency = 50;
    const contexts: WeakRef<object>[] = [];
    processor.watch = () => contexts.push(new WeakRef(contextStorage.active()));
    for (const jobs of batchesOfJobs()) {
      const noteCount = audit.notes.length + countAttempts(jobs);
      await tracer.trace('POST /orders', {}, () => queue.addBulk(jobs));
      await waitForNotes(noteCount);
    }
    expect(contexts).toHaveLength(audit.notes.length);
    return contexts;
  }

  it('accounts for every span of many jobs, and keeps nothing of them', async () => {
    const contexts = await processManyJobs({});
    const spans = takeSpansOfJobs(setup.recorder, name);
    await untilCollected([...spans, ...contexts]);
  }, 120_000);

  it('keeps nothing of many jobs whose traces are not sampled', async () => {
    const contexts = await processManyJobs({ sampler: new AlwaysOffSampler() });
    expect(setup.recorder.takeSpans()).toEqual([]);
    await untilCollected(contexts);
  }, 120_000);
}

/** What a later version adds is ignored. Spec: W3C trace context, "Versioning of traceparent". */
const LATER_VERSION = JSON.stringify({
  traceparent: `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01-more`,
  tracefuture: { a: [1] },
});

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
