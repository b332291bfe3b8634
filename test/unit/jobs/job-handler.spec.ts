import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import {
  assignJobHandler,
  currentJobHandler,
  JobHandler,
  jobHandlerOf,
} from '../../../lib/jobs/job-handler.js';
import { activeJobOperation, JobOperation } from '../../../lib/jobs/job-operation.js';
import type { JobTracingOptions } from '../../../lib/jobs/job-options.js';
import { describeJob, jobIdOf } from '../../../lib/jobs/processed-job.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function create(options: JobTracingOptions = {}) {
  const tracing = createTracing();
  return { ...tracing, handler: new JobHandler(tracing.tracer, options) };
}

const ADDED = { system: 'bullmq', queue: 'mail', operation: 'add' } as const;
const PROCESSED = { system: 'bullmq', queue: 'mail', metadata: undefined } as const;

describe('JobHandler', () => {
  it('names spans by operation and queue, and by the operation if the queue is not known', () => {
    const { handler, recorder } = create();
    handler.startAdd({ ...ADDED, jobName: 'welcome', count: 3 })?.end();
    handler.startAdd({ ...ADDED, queue: '' })?.end();
    handler.beginProcess({ ...PROCESSED, jobId: '7', attempt: 2 })?.finish();
    expect(traceAsText(recorder.takeSpans())).toBe(
      [
        'add mail [producer] messaging.batch.message_count=3 messaging.destination.name=mail messaging.operation.name=add messaging.operation.type=send messaging.system.name=bullmq nestjs.job.name=welcome',
        '',
        'add [producer] messaging.operation.name=add messaging.operation.type=send messaging.system.name=bullmq',
        '',
        'process mail [consumer] messaging.destination.name=mail messaging.message.id="7" messaging.operation.name=process messaging.operation.type=process messaging.system.name=bullmq nestjs.job.attempt=2',
      ].join('\n'),
    );
  });

  it.each([
    [{}, '\n\nprocess mail [consumer] (link to "add mail")'],
    [{ incomingContext: 'continue' }, '\n  process mail [consumer]'],
    [{ incomingContext: 'ignore' }, '\n\nprocess mail [consumer]'],
    [
      { incomingContext: ({ queue }) => (queue === 'mail' ? 'continue' : 'ignore') },
      '\n  process mail [consumer]',
    ],
  ] as [JobTracingOptions, string][])(
    'with %p continues, links or ignores the trace',
    (options, text) => {
      const { handler, recorder } = create(options);
      const span = handler.startAdd(ADDED);
      const metadata = handler.metadataFor(TracingContext.ROOT.withSpan(span));
      span?.end();
      handler.beginProcess({ ...PROCESSED, metadata })?.finish();
      expect(traceAsText(recorder.takeSpans(), { attributes: false, links: true })).toBe(
        `add mail [producer]${text}`,
      );
    },
  );

  it('traces nothing in a suppressed context, and nothing that a rule ignores', () => {
    const { handler, recorder } = create({ ignore: ['ignored', ({ type }) => type === 'process'] });
    expect(handler.startAdd({ ...ADDED, queue: 'ignored' })).toBeUndefined();
    expect(handler.beginProcess(PROCESSED)).toBeUndefined();
    expect(handler.contextOf(undefined).suppressed).toBe(true);
    contextStorage.run(TracingContext.SUPPRESSED, () => {
      expect(handler.startAdd(ADDED)).toBeUndefined();
      expect(handler.metadataFor(contextStorage.active())).toBe('{}');
    });
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('begins the operation of a job once, when a worker gets it', () => {
    const { handler, recorder } = create();
    const job = { id: 7, name: '__default__', attemptsMade: 1 };
    handler.beginJob('bull', 'mail', job);
    const begun = handler.begunJob(job);
    expect(handler.takeJob('bull', 'mail', job)).toBe(begun);
    expect(handler.begunJob(job)).toBeUndefined();
    begun?.finish();
    expect(recorder.takeSpan().attributes).toMatchObject({
      'messaging.message.id': '7',
      'nestjs.job.attempt': 2,
    });
    expect(handler.takeJob('bull', 'mail', undefined)).toBeUndefined();
  });

  it('reports a job that cannot be read, and throws nothing', () => {
    const { handler, recorder, warnings } = create();
    const job = {
      get name(): never {
        throw new Error('no name');
      },
    };
    handler.beginJob('bullmq', 'mail', job);
    expect(handler.takeJob('bullmq', 'mail', job)).toBeUndefined();
    expect(handler.takeJob('bull', 'mail', job)).toBeUndefined();
    const { span } = handler.startListener(
      { system: 'bull', queue: 'mail', event: 'active', functionName: 'Mail.on' },
      {
        get opts(): never {
          throw new Error('no options');
        },
      },
    );
    expect(span).toBeUndefined();
    const frozen = Object.freeze({ id: '7', toJSON: () => ({}) });
    handler.takeJob('bull', 'mail', frozen, 'toJSON')?.finish();
    expect(recorder.takeSpan().name).toBe('process mail');
    expect(warnings).toEqual([
      'A job could not be traced. It is added or processed without a span: Error: no name',
    ]);
  });

  it('ends the spans of jobs that are still processed at the shutdown', () => {
    const { handler, recorder } = create();
    const operation = handler.beginProcess(PROCESSED);
    handler.finishAll();
    expect(recorder.takeSpan().name).toBe('process mail');
    handler.finishAll();
    operation?.finish();
    expect(recorder.takeSpans()).toEqual([]);
  });

  it.each([
    [{ incomingContext: 'parent' as never }, /jobs\.incomingContext must be/],
    [{ incomingBaggageKeys: 'a' as never }, /jobs\.incomingBaggageKeys must be/],
    [{ ignore: [''] }, /jobs\.ignore\[0\] must be/],
  ])('refuses %p', (options, message) => {
    expect(() => create(options)).toThrow(message);
  });

  it('belongs to an application, and has its defaults without options', () => {
    const { tracer, handler } = create();
    assignJobHandler(tracer, handler);
    expect(jobHandlerOf(tracer)).toBe(handler);
    expect(currentJobHandler()).toBe(handler);
  });
});

describe('describeJob', () => {
  it('reads no context of a job of a scheduler', () => {
    const telemetry = { metadata: '{"traceparent":"x"}' };
    const read = (job: object): unknown => describeJob('bullmq', 'mail', job).metadata;
    expect(read({ opts: { telemetry } })).toBe(telemetry.metadata);
    expect(read({ opts: { telemetry, repeat: { every: 7 } } })).toBeUndefined();
    expect(read({ opts: { telemetry }, repeatJobKey: 'digest' })).toBeUndefined();
  });

  it.each([undefined, null, 7, {}])('accepts %p', (job) => {
    expect(describeJob('bull', 'mail', job)).toEqual({ system: 'bull', queue: 'mail' });
  });
});

describe('jobIdOf', () => {
  it.each([
    [{ id: '7' }, '7'],
    [{ id: 7 }, '7'],
    [{ jobId: '7' }, '7'],
    [{ id: {} }, undefined],
    ['7', undefined],
    [undefined, undefined],
    [new Error('x'), undefined],
  ])('of %p is %p', (job, id) => {
    expect(jobIdOf(job)).toBe(id);
  });
});

describe('JobOperation', () => {
  it('records one failure and a limited number of exceptions, and is active in its context', () => {
    const { tracer, recorder } = createTracing();
    const open = new Set<JobOperation>();
    const operation = new JobOperation(open, tracer.startSpan('job'), TracingContext.ROOT);
    expect(contextStorage.run(operation.context, activeJobOperation)).toBe(operation);
    expect(activeJobOperation()).toBeUndefined();
    for (let count = 0; count < 20; count++) operation.exceptionCaught(new Error(`${count}`));
    operation.failed(new RangeError('first'));
    operation.failedBecause('second');
    operation.failed(new RangeError('third'));
    operation.finish();
    expect(open.size).toBe(0);
    const span = recorder.takeSpan();
    expect(span.status.message).toBe('first');
    expect(span.events).toHaveLength(9);
  });

  it('has a status if only the message of an error is known', () => {
    const { tracer, recorder } = createTracing();
    const operation = new JobOperation(new Set(), tracer.startSpan('job'), TracingContext.ROOT);
    operation.failedBecause('no such address');
    operation.finish();
    expect(traceAsText(recorder.takeSpans())).toBe('job error.type=_OTHER ERROR "no such address"');
  });
});
