import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BullModule,
  getQueueToken,
  OnGlobalQueueCompleted,
  OnQueueActive,
  OnQueueCompleted,
  OnQueueFailed,
  Process,
  Processor,
} from '@nestjs/bull';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import Bull, { type Job, type Queue } from 'bull';
import { contextStorage } from '../../../lib/context/index.js';
import {
  getBaggage,
  Traced,
  Tracer,
  TracingModule,
  type TracingOptions,
  withBaggage,
} from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, REDIS } from '../../support/services.js';
import { silentLogger } from '../../support/silent-logger.js';
import { batchesOfJobs, countAttempts, takeSpansOfJobs } from '../../support/spans-of-jobs.js';
import { until } from '../../support/until.js';
import { untilCollected } from '../../support/until-collected.js';

interface JobData {
  readonly failures?: number;
}

@Injectable()
class AuditService {
  readonly notes: string[] = [];

  watch: () => void = () => {};

  @Traced()
  async note(text: string): Promise<void> {
    this.watch();
    this.notes.push(text);
  }
}

const describeIfThere = (await isServiceThere(REDIS)) ? describe : describe.skip;

const redis = { host: '127.0.0.1', port: 6379 };

let module: TestingModule;
let setup: ReturnType<typeof testTracingOptions>;
let name: string;
let queueCount = 0;

async function start(options: TracingOptions = {}, withListeners = false) {
  name = `traced-bull-${process.pid}-${queueCount++}`;

  @Processor(name)
  class MailProcessor {
    constructor(@Inject(AuditService) readonly audit: AuditService) {}

    @Process({ name: '*', concurrency: 20 })
    async process(job: Job<JobData>): Promise<string> {
      await this.audit.note(`process ${job.name} ${getBaggage('tenant') ?? '-'}`);
      if (job.attemptsMade < (job.data.failures ?? 0)) throw new RangeError('no such address');
      return 'sent';
    }
  }

  @Processor(name)
  class MailListener {
    constructor(@Inject(AuditService) readonly audit: AuditService) {}

    @OnQueueActive()
    onActive(): unknown {
      return this.audit.note('active');
    }

    @OnQueueCompleted()
    onCompleted(): unknown {
      return this.audit.note('completed');
    }

    @OnQueueFailed()
    onFailed(): unknown {
      return this.audit.note('failed');
    }

    @OnGlobalQueueCompleted()
    onAnyCompleted(): unknown {
      return this.audit.note('completed anywhere');
    }
  }

  @Module({
    imports: [BullModule.forRoot({ redis }), BullModule.registerQueue({ name })],
    providers: [MailProcessor, AuditService, ...(withListeners ? [MailListener] : [])],
  })
  class MailModule {}

  setup = testTracingOptions(options);
  const imports = [MailModule, TracingModule.forRoot(setup.options)];
  module = await Test.createTestingModule({ imports }).setLogger(silentLogger).compile();
  await module.init();
  const audit = module.get(AuditService);
  const waitForNotes = (count: number): Promise<void> =>
    until(
      () => audit.notes.length >= count && setup.recorder.openSpans.length === 0,
      () => [audit.notes, setup.recorder.openSpans.map((span) => span.name)],
    );
  const queue = module.get<Queue<JobData>>(getQueueToken(name));
  return { ...setup, queue, audit, waitForNotes, tracer: module.get(Tracer) };
}

/** The spans as text, without what differs between runs. */
function takeText(attributes: string[] | boolean = false): string {
  const text = traceAsText(setup.recorder.takeSpans(), { attributes, links: true });
  return text.replaceAll(name, 'mail');
}

describeIfThere('jobs of Bull', () => {
  afterEach(async () => {
    await module.close();
    const queue = new Bull(name, { redis });
    await queue.obliterate({ force: true });
    await queue.close();
    setup.recorder.reset();
  });

  it('links the processing of a job to the code that added it', async () => {
    const { queue, tracer, waitForNotes } = await start();
    const job = await tracer.trace('POST /orders', {}, () => queue.add('welcome', {}));
    await waitForNotes(1);
    await tracer.trace('POST /returns', {}, () => queue.add({}, { jobId: 'a' }));
    await waitForNotes(2);
    expect(job.data).toEqual({});
    const common = 'messaging.destination.name=mail';
    expect(takeText(true)).toBe(
      [
        `POST /orders`,
        `  add mail [producer] ${common} messaging.operation.name=add messaging.operation.type=send messaging.system=bull nestjs.job.name=welcome`,
        ``,
        `process mail [consumer] ${common} messaging.message.id="1" messaging.operation.name=process messaging.operation.type=process messaging.system=bull nestjs.job.attempt=1 nestjs.job.name=welcome (link to "add mail")`,
        `  AuditService.note`,
        ``,
        `POST /returns`,
        `  add mail [producer] ${common} messaging.operation.name=add messaging.operation.type=send messaging.system=bull`,
        ``,
        `process mail [consumer] ${common} messaging.message.id=a messaging.operation.name=process messaging.operation.type=process messaging.system=bull nestjs.job.attempt=1 (link to "add mail")`,
        `  AuditService.note`,
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

  it('has a span for each attempt, with its error; all belong to the same code', async () => {
    const { queue, tracer, waitForNotes } = await start();
    await tracer.trace('POST /orders', {}, () =>
      queue.addBulk([{ name: 'welcome', data: { failures: 1 }, opts: { attempts: 2 } }]),
    );
    await waitForNotes(2);
    const [added, ...attempts] = takeText(['nestjs.job.attempt', 'error.type']).split('\n\n');
    expect(added).toBe('POST /orders\n  addBulk mail [producer]');
    expect(attempts).toEqual([
      'process mail [consumer] error.type=RangeError nestjs.job.attempt=1 ERROR "no such address" exception RangeError (link to "addBulk mail")\n  AuditService.note',
      'process mail [consumer] nestjs.job.attempt=2 (link to "addBulk mail")\n  AuditService.note',
    ]);
  });

  it('starts a new trace for each run of a repeatable job', async () => {
    const { queue, tracer, waitForNotes } = await start({ jobs: { incomingContext: 'continue' } });
    await tracer.trace('POST /orders', {}, () =>
      queue.add('digest', {}, { repeat: { every: 50, limit: 2 } }),
    );
    await waitForNotes(2);
    const root = 'process mail [consumer]\n  AuditService.note';
    expect(takeText()).toBe(['POST /orders\n  add mail [producer]', root, root].join('\n\n'));
  });

  it('calls listeners in the context of their job', async () => {
    const { queue, tracer, waitForNotes } = await start({}, true);
    await tracer.trace('POST /orders', {}, () => queue.add('good', {}));
    await waitForNotes(4);
    const note = '\n  AuditService.note';
    expect(takeText(['nestjs.job.event']).split('\n\n').sort()).toEqual([
      `MailListener.onAnyCompleted [consumer] nestjs.job.event=global:completed${note}`,
      'POST /orders\n  add mail [producer]',
      `process mail [consumer] (link to "add mail")${note}${note}${note}`,
    ]);
  });

  it.each([undefined, 'hello', 'null', 7, '{"traceparent":"00-0-0-0"}'])(
    'starts a new trace for a job with %p as context',
    async (metadata) => {
      const { queue, audit, waitForNotes, warnings } = await start({
        jobs: { incomingContext: 'continue' },
      });
      await queue.add('welcome', {}, { telemetry: { metadata } } as object);
      await waitForNotes(1);
      expect(takeText()).toBe(
        'add mail [producer]\n\nprocess mail [consumer]\n  AuditService.note',
      );
      expect(audit.notes).toEqual(['process welcome -']);
      expect(warnings).toEqual([]);
    },
  );

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

  it('leaves no hook when the application has closed', async () => {
    const { queue, waitForNotes } = await start();
    // Bull rejects a promise of its own if it is closed before it has connected.
    await queue.add({});
    await waitForNotes(1);
    const { processJob } = queue as unknown as { processJob: { name: string } };
    await module.close();
    expect(['add', 'addBulk'].filter((key) => Object.hasOwn(queue, key))).toEqual([]);
    expect(queue).not.toHaveProperty('processJob', processJob);
    expect(queue.listenerCount('failed')).toBe(0);
  });

  it('reads the context of a later version of the format', async () => {
    const { queue, waitForNotes, recorder } = await start({
      jobs: { incomingContext: 'continue' },
    });
    const metadata = JSON.stringify({
      traceparent: `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01-more`,
      tracefuture: { a: [1] },
    });
    await queue.add('welcome', {}, { telemetry: { metadata } } as object);
    await waitForNotes(1);
    const span = recorder.takeSpans().find(({ parentSpanContext }) => parentSpanContext?.isRemote);
    expect([span?.name, span?.spanContext().traceId]).toEqual([`process ${name}`, 'a'.repeat(32)]);
  });

  it('accounts for every span of many jobs, and keeps nothing of them', async () => {
    const { queue, tracer, waitForNotes, recorder, audit } = await start();
    const contexts: WeakRef<object>[] = [];
    audit.watch = () => contexts.push(new WeakRef(contextStorage.active()));
    for (const jobs of batchesOfJobs()) {
      const noteCount = audit.notes.length + countAttempts(jobs);
      await tracer.trace('POST /orders', {}, () => queue.addBulk(jobs));
      await waitForNotes(noteCount);
    }
    const spans = takeSpansOfJobs(recorder, name);
    expect(contexts).toHaveLength(audit.notes.length);
    await untilCollected([...spans, ...contexts]);
  }, 120_000);
});
