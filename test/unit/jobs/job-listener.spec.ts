import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { JobHandler } from '../../../lib/jobs/job-handler.js';
import { wrapJobListener } from '../../../lib/jobs/job-listener.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const LISTENER = {
  system: 'bullmq',
  queue: 'mail',
  event: 'active',
  functionName: 'Mail.on',
} as const;

function create(ignore: string[] = []) {
  const tracing = createTracing();
  const handler = new JobHandler(tracing.tracer, { ignore });
  const work = (): void => tracing.tracer.trace('work', {}, () => undefined);
  const listener = wrapJobListener(work, LISTENER, () => handler);
  const takeText = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: false });
  return { ...tracing, handler, listener, takeText };
}

const job = { id: '7' };

describe('a listener', () => {
  it('runs in the context of its job while that is processed', () => {
    const { handler, listener, takeText } = create();
    const operation = handler.takeJob('bullmq', 'mail', job);
    contextStorage.run(handler.contextOf(operation), () => listener(job));
    operation?.finish();
    expect(takeText()).toBe('process mail [consumer]\n  work');
  });

  it('runs in the context of its job before that is processed', () => {
    const { handler, listener, takeText } = create();
    handler.beginJob('bullmq', 'mail', job);
    const previous = handler.takeJob('bullmq', 'mail', { id: '6' });
    contextStorage.run(handler.contextOf(previous), () => listener(job));
    previous?.finish();
    handler.takeJob('bullmq', 'mail', job)?.finish();
    expect(takeText()).toBe(
      ['process mail [consumer]\n  work', 'process mail [consumer]'].join('\n\n'),
    );
  });

  it('has its own root span in the context of another job, and without a context', () => {
    const { handler, listener, takeText } = create();
    const other = handler.takeJob('bullmq', 'mail', { id: '6' });
    contextStorage.run(handler.contextOf(other), () => listener());
    other?.finish();
    listener(new Error('of the queue'));
    const root = 'Mail.on [consumer]\n  work';
    expect(takeText()).toBe(['process mail [consumer]', root, root].join('\n\n'));
    expect(contextStorage.active().span).toBeUndefined();
  });

  it('has no span where other code calls it inside a trace', () => {
    const { tracer, listener, takeText } = create();
    tracer.trace('POST /orders', {}, () => listener(job));
    expect(takeText()).toBe('POST /orders\n  work');
  });

  it('has no spans, and no work below it, if a rule ignores the queue', () => {
    const { handler, listener, takeText } = create(['mail']);
    listener(job);
    handler.beginJob('bullmq', 'mail', job);
    listener(job);
    expect(takeText()).toBe('');
  });

  it('records what it throws, and throws it', () => {
    const { tracer, recorder, handler } = create();
    const error = new RangeError('no');
    const fail = (): never => {
      throw error;
    };
    const listener = wrapJobListener(fail, LISTENER, () => handler);
    expect(() => listener(job)).toThrow(error);
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'Mail.on [consumer] ERROR "no" exception RangeError',
    );
    expect(tracer.activeSpan).toBeUndefined();
  });

  it('is called directly if jobs are not traced', () => {
    const { recorder } = create();
    const listener = wrapJobListener(
      (value) => value,
      LISTENER,
      () => undefined,
    );
    expect(listener('a')).toBe('a');
    expect(recorder.takeSpans()).toEqual([]);
  });
});
