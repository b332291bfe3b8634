import { expect, it } from '@jest/globals';
import { Injectable, type ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
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

/** What a job of the tests asks of its processor. */
export interface JobData {
  /** The number of attempts that fail. */
  readonly failures?: number;
}

/** Notes what the processor and the listeners of a queue do. */
@Injectable()
export class AuditService {
  readonly notes: string[] = [];
  /** Called with each job that is processed. */
  watch: (job: object) => void = () => {};

  @Traced()
  async note(text: string): Promise<void> {
    this.notes.push(text);
  }
}

/** What the processors of the tests do with a job. */
export async function processJob(
  audit: AuditService,
  job: { readonly name: string; readonly attemptsMade: number; readonly data: JobData },
): Promise<string> {
  audit.watch(job);
  await audit.note(`process ${job.name} ${getBaggage('tenant') ?? '-'}`);
  if (job.attemptsMade < (job.data.failures ?? 0)) throw new RangeError('no such address');
  return 'sent';
}

/** A queue and its processor in an application, which uses {@link AuditService} and {@link processJob}. */
export type StartedJobs = Awaited<ReturnType<typeof startJobs>>;

/** @param name that of the queue, which texts of spans replace by `mail` */
export async function startJobs(
  name: string,
  { imports = [], providers = [] }: ModuleMetadata,
  options: TracingOptions,
) {
  const setup = testTracingOptions(options);
  class MailModule {}
  const mail = {
    module: MailModule,
    imports: imports as never,
    providers: [...providers, AuditService],
  };
  const module = await Test.createTestingModule({
    imports: [mail, TracingModule.forRoot(setup.options)],
  })
    .setLogger(silentLogger)
    .compile();
  await module.init();
  const audit = module.get(AuditService);
  return {
    ...setup,
    name,
    module,
    audit,
    tracer: module.get(Tracer),
    /** Waits until the processor and the listeners have noted so much, and no span is open. */
    waitForNotes: (count: number): Promise<void> =>
      until(
        () => audit.notes.length >= count && setup.recorder.openSpans.length === 0,
        () => [audit.notes, setup.recorder.openSpans.map((span) => span.name)],
      ),
    /** The spans as text, without what differs between runs. */
    takeText(attributes: string[] | boolean = false): string {
      const text = traceAsText(setup.recorder.takeSpans(), { attributes, links: true });
      return text.replaceAll(name, 'mail');
    },
  };
}

/** How the suite adds jobs. */
export interface JobsOfQueue {
  add(name: string, data: JobData, options?: object): Promise<unknown>;
  addBulk(jobs: { name: string; data: JobData; opts?: object }[]): Promise<unknown>;
  /** Adds a job as a program without this library does, with the given value in the place of the context. */
  addForeign(metadata: unknown): Promise<unknown>;
}

/** A package for jobs. Redis must be there. */
export interface JobQueueKind {
  readonly hasRepeatableJobs: boolean;
  /** Starts an application. The caller of the suite closes it, and removes the queue. */
  start(options?: TracingOptions): Promise<StartedJobs & { readonly jobs: JobsOfQueue }>;
}

/** The behaviour of jobs, with every package. */
export function jobQueueSuite({ hasRepeatableJobs, start }: JobQueueKind): void {
  it('makes a job a child if the option says so, and passes baggage on', async () => {
    const { jobs, tracer, audit, waitForNotes, takeText } = await start({
      jobs: { incomingContext: 'continue' },
    });
    await tracer.trace('POST /orders', {}, () =>
      withBaggage({ tenant: 'acme' }, () => jobs.add('welcome', {})),
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
    const { jobs, tracer, waitForNotes, takeText } = await start();
    const list = ['a', 'b', 'c'].map((name) => ({ name, data: {} }));
    await tracer.trace('POST /orders', {}, () => jobs.addBulk(list));
    await waitForNotes(3);
    const processed = 'process mail [consumer] (link to "addBulk mail")\n  AuditService.note';
    expect(takeText(['messaging.batch.message_count'])).toBe(
      [
        'POST /orders\n  addBulk mail [producer] messaging.batch.message_count=3',
        ...[processed, processed, processed],
      ].join('\n\n'),
    );
  });

  it('has a span for each attempt, with its error; all belong to the same code', async () => {
    const { jobs, tracer, waitForNotes, takeText } = await start();
    const options = { attempts: 3, backoff: { type: 'fixed', delay: 1 } };
    await tracer.trace('POST /orders', {}, () => jobs.add('welcome', { failures: 2 }, options));
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

  if (hasRepeatableJobs) {
    it('starts a new trace for each run of a repeatable job', async () => {
      const { jobs, tracer, waitForNotes, takeText } = await start({
        jobs: { incomingContext: 'continue' },
      });
      const options = { repeat: { every: 50, limit: 2 } };
      await tracer.trace('POST /orders', {}, () => jobs.add('digest', {}, options));
      await waitForNotes(2);
      const root = 'process mail [consumer]\n  AuditService.note';
      expect(takeText()).toBe(['POST /orders\n  add mail [producer]', root, root].join('\n\n'));
    });
  }

  it.each([
    ['nothing', undefined],
    ['no JSON', 'hello'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['an invalid context', '{"traceparent":"00-0-0-0","baggage":7}'],
    ['a context of a later version', '{"traceparent":"ff-1-2-3","next":{"a":[1]}}'],
    ['a long text', `"${'x'.repeat(100_000)}"`],
  ])('starts a new trace for a job with %s as context', async (_, metadata) => {
    const { jobs, waitForNotes, warnings, audit, takeText } = await start({
      jobs: { incomingContext: 'continue' },
    });
    await jobs.addForeign(metadata);
    await waitForNotes(1);
    expect(takeText()).toBe('process mail [consumer]\n  AuditService.note');
    expect(audit.notes).toEqual(['process welcome -']);
    expect(warnings).toEqual([]);
  });

  it('reads the context of a later version of the format', async () => {
    const { jobs, name, waitForNotes, recorder } = await start({
      jobs: { incomingContext: 'continue' },
    });
    await jobs.addForeign(LATER_VERSION);
    await waitForNotes(1);
    const span = recorder.takeSpans().find(({ parentSpanContext }) => parentSpanContext?.isRemote);
    expect([span?.name, span?.spanContext().traceId]).toEqual([`process ${name}`, 'a'.repeat(32)]);
  });

  it.each([
    [
      'the option is false',
      { jobs: false, database: { channels: false } },
      ['POST /orders', '', 'AuditService.note'],
    ],
    ['a rule ignores the queue', { jobs: { ignore: [/^traced-/] } }, ['POST /orders']],
    ['tracing is off', { enabled: false }, []],
  ] as const)('records no jobs if %s', async (_, options, expected) => {
    const { jobs, tracer, waitForNotes, takeText } = await start(options as TracingOptions);
    await tracer.trace('POST /orders', {}, () => jobs.add('welcome', {}));
    await waitForNotes(1);
    expect(takeText()).toBe(expected.join('\n'));
  });

  /** Returns the application, and references to the context of each attempt, after all of them. */
  async function processManyJobs(options: TracingOptions) {
    const started = await start(options);
    const { jobs, tracer, waitForNotes, audit } = started;
    const contexts: WeakRef<object>[] = [];
    audit.watch = () => contexts.push(new WeakRef(contextStorage.active()));
    for (const batch of batchesOfJobs()) {
      const noteCount = audit.notes.length + countAttempts(batch);
      await tracer.trace('POST /orders', {}, () => jobs.addBulk(batch));
      await waitForNotes(noteCount);
    }
    expect(contexts).toHaveLength(audit.notes.length);
    return { ...started, contexts };
  }

  it('accounts for every span of many jobs, and keeps nothing of them', async () => {
    const { recorder, name, contexts } = await processManyJobs({});
    const spans = takeSpansOfJobs(recorder, name);
    await untilCollected([...spans, ...contexts]);
  }, 120_000);

  it('keeps nothing of many jobs whose traces are not sampled', async () => {
    const { recorder, contexts } = await processManyJobs({ sampler: new AlwaysOffSampler() });
    expect(recorder.takeSpans()).toEqual([]);
    await untilCollected(contexts);
  }, 120_000);
}

/** What a later version adds is ignored. Spec: W3C trace context, "Versioning of traceparent". */
const LATER_VERSION = JSON.stringify({
  traceparent: `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01-more`,
  tracefuture: { a: [1] },
});
