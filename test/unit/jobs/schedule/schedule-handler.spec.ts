import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { ScheduleHandler } from '../../../../lib/jobs/schedule/schedule-handler.js';
import type { ScheduleTracingOptions } from '../../../../lib/jobs/schedule/schedule-options.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const SCHEDULE = { functionName: 'Reports.send', type: 'cron' } as const;

function create(options: ScheduleTracingOptions = {}) {
  const tracing = createTracing();
  return { ...tracing, handler: new ScheduleHandler(tracing.tracer, options) };
}

describe('ScheduleHandler', () => {
  it('passes this, arguments and result, and restores the context of the timer', async () => {
    const { handler, tracer, recorder } = create();
    const run = handler.wrap(async function (this: unknown, ...args) {
      return [this, ...args];
    }, SCHEDULE);
    const self = {};
    const outer = tracer.startSpan('outer');
    const context = contextStorage.active().withSpan(outer);
    const result = contextStorage.run(context, () => {
      const running = run.call(self, 1, 2);
      expect(contextStorage.active()).toBe(context);
      return running;
    });
    expect(await result).toEqual([self, 1, 2]);
    outer.end();
    expect(traceAsText(recorder.takeSpans())).toBe(
      ['outer', '', 'Reports.send nestjs.schedule.type=cron'].join('\n'),
    );
  });

  it('calls a method that makes the span itself outside of the context of the timer', () => {
    const { handler, tracer, recorder } = create({ ignore: ['Health.poll'] });
    const active = (): unknown => contextStorage.active();
    const run = handler.wrapTraced(active as never, SCHEDULE);
    tracer.trace('outer', () => expect(run()).toBe(TracingContext.ROOT));
    const ignored = handler.wrapTraced(active as never, {
      ...SCHEDULE,
      functionName: 'Health.poll',
    });
    expect(ignored()).toBe(TracingContext.SUPPRESSED);
    expect(traceAsText(recorder.takeSpans())).toBe('outer');
    const named = { ...SCHEDULE, name: 'daily', expression: '0 0 * * *' };
    expect(handler.attributesOf(named)).toEqual({
      'nestjs.schedule.type': 'cron',
      'nestjs.schedule.name': 'daily',
      'nestjs.schedule.expression': '0 0 * * *',
    });
  });

  it.each(['throws', 'rejects'])('records the error of a run that %s', async (way) => {
    const { handler, recorder } = create();
    const error = new RangeError('no paper');
    const fail = handler.wrap(() => {
      if (way === 'throws') throw error;
      return Promise.reject(error);
    }, SCHEDULE);
    await expect((async () => fail())()).rejects.toBe(error);
    expect(traceAsText(recorder.takeSpans(), { attributes: ['error.type'] })).toBe(
      'Reports.send error.type=RangeError ERROR "no paper" exception RangeError',
    );
  });

  it('traces nothing after it has stopped, and nothing that a rule ignores', () => {
    const { handler, recorder } = create({ ignore: [/poll$/] });
    const isSuppressed = (): boolean => contextStorage.active().suppressed;
    expect(handler.wrap(isSuppressed, { ...SCHEDULE, functionName: 'Health.poll' })()).toBe(true);
    const run = handler.wrap(isSuppressed, SCHEDULE);
    handler.stop();
    expect(run()).toBe(false);
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('refuses invalid rules', () => {
    expect(() => create({ ignore: [' '] })).toThrow(/schedule\.ignore\[0\] must be/);
  });
});
