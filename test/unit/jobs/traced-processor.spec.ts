import { describe, expect, it } from '@jest/globals';
import { TracingContext } from '../../../lib/context/index.js';
import { writeSandboxMetadata } from '../../../lib/jobs/job-metadata.js';
import { tracedProcessor } from '../../../lib/jobs/traced-processor.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('tracedProcessor', () => {
  it('continues the trace of the process that sent the job', async () => {
    const { tracer, recorder } = createTracing();
    const sender = tracer.startSpan('sender');
    const metadata = writeSandboxMetadata(tracer, TracingContext.ROOT.withSpan(sender));
    sender.end();
    const job = { id: '7', queueName: 'mail', opts: { telemetry: { metadata } } };
    const process = tracedProcessor(async (given: typeof job, token: string) => [given, token]);
    expect(process).toHaveLength(0);
    expect(await process(job, 'token')).toEqual([job, 'token']);
    expect(traceAsText(recorder.takeSpans(), { attributes: ['messaging.system.name'] })).toBe(
      ['sender', '  process mail messaging.system.name=bullmq'].join('\n'),
    );
  });

  it('has its own trace otherwise, and takes the name of the queue as an option', async () => {
    const { recorder } = createTracing();
    await tracedProcessor(() => 'sent')();
    await tracedProcessor(() => 'sent', { queue: 'mail' })();
    expect(traceAsText(recorder.takeSpans(), { attributes: ['messaging.system.name'] })).toBe(
      [
        'process [consumer] messaging.system.name=bull',
        '',
        'process mail [consumer] messaging.system.name=bull',
      ].join('\n'),
    );
  });

  it('has one span where the job is already traced', async () => {
    const { recorder } = createTracing();
    const inner = tracedProcessor((_job: object) => 'sent');
    expect(await tracedProcessor((job: object) => inner(job))({ id: 1 })).toBe('sent');
    expect(recorder.takeSpan().name).toBe('process');
  });

  it('records the error of the processor, and rejects with it', async () => {
    const { recorder } = createTracing();
    const error = new RangeError('no such address');
    const process = tracedProcessor(() => {
      throw error;
    });
    await expect(process()).rejects.toBe(error);
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'process [consumer] ERROR "no such address" exception RangeError',
    );
  });

  it('calls the processor if no tracing is running', async () => {
    expect(await tracedProcessor(async (value: number) => value + 1)(1)).toBe(2);
  });

  it('refuses what is not a function, and an empty name', () => {
    expect(() => tracedProcessor('mail.js' as never)).toThrow('must be a function');
    expect(() => tracedProcessor(() => 1, { queue: ' ' })).toThrow('must be a non-empty string');
  });
});
