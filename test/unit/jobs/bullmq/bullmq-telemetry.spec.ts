import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import {
  BullmqContext,
  JobMetadata,
  tracingContextOf,
} from '../../../../lib/jobs/bullmq/bullmq-context.js';
import {
  BULLMQ_ATTEMPTS_MADE,
  BULLMQ_BULK_COUNT,
  BULLMQ_FAILED_REASON,
  BULLMQ_JOB_FAILED,
  BULLMQ_JOB_ID,
  BULLMQ_JOB_NAME,
  BULLMQ_OPERATION,
  BULLMQ_QUEUE,
} from '../../../../lib/jobs/bullmq/bullmq-shape.js';
import { NoSpan } from '../../../../lib/jobs/bullmq/bullmq-spans.js';
import { JobTelemetry } from '../../../../lib/jobs/bullmq/bullmq-telemetry.js';
import { JobHandler } from '../../../../lib/jobs/job-handler.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function create(role: 'queue' | 'worker' = 'queue') {
  const tracing = createTracing();
  const handler = new JobHandler(tracing.tracer);
  return { ...tracing, handler, telemetry: new JobTelemetry(role, () => handler) };
}

/** What BullMQ does with its telemetry: the function `trace` of its `utils`. */
function traceLikeBullmq(
  { tracer, contextManager }: JobTelemetry,
  kind: SpanKind,
  [operation, queue]: readonly [string, string],
  attributes: Record<string, unknown>,
  source?: string,
): string {
  const current = contextManager.active();
  const parent = source ? contextManager.fromMetadata(current, source) : undefined;
  const span = tracer.startSpan(`${operation} ${queue}.job`, { kind }, parent);
  span.setAttributes({ [BULLMQ_QUEUE]: queue, [BULLMQ_OPERATION]: operation });
  const context = span.setSpanOnContext(
    kind === SpanKind.CONSUMER && parent !== undefined ? parent : current,
  );
  const metadata = contextManager.getMetadata(context);
  contextManager.with(context, () => span.setAttributes(attributes));
  span.end();
  return metadata;
}

describe('JobTelemetry', () => {
  it('names the queue by its attribute, and passes the context on', () => {
    const { telemetry, recorder } = create();
    const add = traceLikeBullmq(telemetry, SpanKind.PRODUCER, ['addBulk', 'a.b'], {
      [BULLMQ_BULK_COUNT]: 2,
      [BULLMQ_JOB_NAME]: 'welcome',
    });
    const retried = traceLikeBullmq(
      telemetry,
      SpanKind.CONSUMER,
      ['process', 'a.b'],
      { [BULLMQ_JOB_ID]: '7', [BULLMQ_JOB_NAME]: 'welcome', [BULLMQ_ATTEMPTS_MADE]: 2 },
      add,
    );
    expect(retried).toBe('');
    expect(
      traceAsText(recorder.takeSpans(), {
        links: true,
        attributes: (key) => !/operation|system/.test(key),
      }),
    ).toBe(
      [
        'addBulk a.b [producer] messaging.batch.message_count=2 messaging.destination.name=a.b nestjs.job.name=welcome',
        '',
        'process a.b [consumer] messaging.destination.name=a.b messaging.message.id="7" nestjs.job.attempt=2 nestjs.job.name=welcome (link to "addBulk a.b")',
      ].join('\n'),
    );
  });

  it('records no work of BullMQ for itself, which keeps the metadata of jobs', () => {
    const { telemetry, recorder } = create();
    for (const kind of [SpanKind.INTERNAL, SpanKind.CLIENT]) {
      expect(traceLikeBullmq(telemetry, kind, ['retry', 'mail'], {})).toBe('');
    }
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('records no additions of a worker, which are those of schedulers', () => {
    const { telemetry, recorder } = create('worker');
    expect(traceLikeBullmq(telemetry, SpanKind.PRODUCER, ['add', 'mail'], {})).toBe('{}');
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('records nothing without a handler', () => {
    const telemetry = new JobTelemetry('queue', () => undefined);
    expect(traceLikeBullmq(telemetry, SpanKind.PRODUCER, ['add', 'mail'], {})).toBe('{}');
    expect(traceLikeBullmq(telemetry, SpanKind.CONSUMER, ['process', 'mail'], {}, 'x')).toBe('');
  });

  it('takes the operation that a worker has begun for the job', () => {
    const { telemetry, handler, recorder } = create('worker');
    const operation = handler.takeJob('bullmq', 'mail', { id: '7' });
    contextStorage.run(handler.contextOf(operation), () =>
      traceLikeBullmq(telemetry, SpanKind.CONSUMER, ['process', 'mail'], {}),
    );
    expect(recorder.takeSpan().attributes).toMatchObject({ 'messaging.message.id': '7' });
  });

  it('records failures: the error itself, or its message', () => {
    const { telemetry, recorder } = create();
    const start = (kind: SpanKind, name: string) => telemetry.tracer.startSpan(name, { kind });
    const add = start(SpanKind.PRODUCER, 'add mail');
    add.setAttribute(BULLMQ_QUEUE, 'mail');
    add.recordException(new RangeError('full'));
    add.end();
    const process = start(SpanKind.CONSUMER, 'process mail');
    process.setSpanOnContext(telemetry.contextManager.active());
    process.addEvent('other');
    process.addEvent(BULLMQ_JOB_FAILED, { [BULLMQ_FAILED_REASON]: 'no such address' });
    process.recordException(new Error('later'));
    process.end();
    expect(traceAsText(recorder.takeSpans(), { attributes: ['error.type'] })).toBe(
      [
        'add mail [producer] error.type=RangeError ERROR "full" exception RangeError',
        '',
        'process mail [consumer] error.type=_OTHER ERROR "no such address"',
      ].join('\n'),
    );
  });

  it('has an empty root, and accepts contexts of others', () => {
    const { contextManager } = create().telemetry;
    expect(contextManager.root()).toBe(TracingContext.ROOT);
    expect(contextManager.getMetadata({})).toBe('');
    expect(contextManager.with(undefined, () => 7)).toBe(7);
    const context = TracingContext.SUPPRESSED;
    expect(tracingContextOf(new BullmqContext(context, () => ''))).toBe(context);
    expect(tracingContextOf(new JobMetadata('x'))).toBe(TracingContext.ROOT);
    const span = new NoSpan('{}');
    span.setAttribute();
    span.addEvent();
    span.recordException();
    expect(contextManager.getMetadata(span.setSpanOnContext(context))).toBe('{}');
  });
});
