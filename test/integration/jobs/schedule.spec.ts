import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Cron, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import { CronJob } from 'cron';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { Traced, Tracer, TracingModule, type TracingOptions } from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { silentLogger } from '../../support/silent-logger.js';
import { until } from '../../support/until.js';

/** A year, in milliseconds: nothing runs by itself. */
const NEVER = 2 ** 31 - 1;

@Injectable()
class StockService {
  @Traced()
  async count(): Promise<number> {
    return 3;
  }
}

@Injectable()
class ReportsService {
  readonly calls: string[] = [];

  constructor(@Inject(StockService) private readonly stock: StockService) {}

  @Cron('0 0 1 1 *', { name: 'yearly' })
  async send(): Promise<void> {
    this.calls.push('send');
    await this.stock.count();
  }

  @Cron('0 0 2 1 *', { name: 'broken' })
  async fail(): Promise<void> {
    await this.stock.count();
    throw new RangeError('no paper');
  }

  @Timeout('soon', 1)
  once(): void {
    this.calls.push('once');
  }

  @Interval('often', 2)
  often(): void {
    this.calls.push('often');
  }

  @Interval(NEVER)
  never(): void {}
}

@Module({ providers: [ReportsService, StockService] })
class ReportsModule {}

let module: TestingModule;
let setup: ReturnType<typeof testTracingOptions>;

async function start(
  options: TracingOptions = {},
  order: 'first' | 'last' = 'first',
): Promise<ReportsService> {
  setup = testTracingOptions(options);
  const tracing = TracingModule.forRoot(setup.options);
  const others = [ScheduleModule.forRoot(), ReportsModule];
  const imports = order === 'first' ? [tracing, ...others] : [...others, tracing];
  module = await Test.createTestingModule({ imports }).setLogger(silentLogger).compile();
  await module.init();
  return module.get(ReportsService);
}

/** Runs a cron job as its timer does, and waits for its end. */
async function fire(name: string): Promise<void> {
  const { recorder } = setup;
  await module.get(SchedulerRegistry).getCronJob(name).fireOnTick();
  await until(
    () => !recorder.openSpans.some((span) => span.name !== 'tick'),
    () => recorder.openSpans.map((span) => span.name),
  );
}

afterEach(async () => {
  await module.close();
  setup.recorder.reset();
});

function withoutIntervals(text: string): string {
  return text
    .split('\n\n')
    .filter((trace) => !/^ReportsService\.(often|once)/.test(trace))
    .join('\n\n');
}

describe.each(['first', 'last'] as const)('schedules, with TracingModule imported %s', (order) => {
  it('have a root span for each run, named by class and method', async () => {
    const reports = await start({}, order);
    await fire('yearly');
    await fire('yearly');
    await until(
      () => reports.calls.includes('once') && reports.calls.includes('often'),
      () => reports.calls,
    );
    const text = traceAsText(setup.recorder.takeSpans());
    expect(withoutIntervals(text)).toBe(
      [
        'ReportsService.send nestjs.schedule.expression="0 0 1 1 *" nestjs.schedule.name=yearly nestjs.schedule.type=cron',
        '  StockService.count',
        '',
        'ReportsService.send nestjs.schedule.expression="0 0 1 1 *" nestjs.schedule.name=yearly nestjs.schedule.type=cron',
        '  StockService.count',
      ].join('\n'),
    );
    expect(text.split('\n\n')).toEqual(
      expect.arrayContaining([
        'ReportsService.once nestjs.schedule.name=soon nestjs.schedule.type=timeout',
        'ReportsService.often nestjs.schedule.name=often nestjs.schedule.type=interval',
      ]),
    );
  });
});

describe('a schedule', () => {
  it('records the error of a run, which Nest logs', async () => {
    await start();
    await fire('broken');
    const text = traceAsText(setup.recorder.takeSpans(), { attributes: ['error.type'] });
    expect(withoutIntervals(text)).toBe(
      [
        'ReportsService.fail error.type=RangeError ERROR "no paper" exception RangeError',
        '  StockService.count',
      ].join('\n'),
    );
  });

  it('is a root also where the application was started or the run was called inside a span', async () => {
    await start();
    const tracer = module.get(Tracer);
    await tracer.trace('tick', {}, () => fire('yearly'));
    const text = traceAsText(setup.recorder.takeSpans(), { attributes: false });
    expect(withoutIntervals(text)).toBe(
      ['tick', '', 'ReportsService.send', '  StockService.count'].join('\n'),
    );
  });

  it('is not a run where other code calls the method', async () => {
    const reports = await start();
    await module.get(Tracer).trace('POST /reports', {}, () => reports.send());
    const text = traceAsText(setup.recorder.takeSpans(), { attributes: false });
    expect(withoutIntervals(text)).toBe(['POST /reports', '  StockService.count'].join('\n'));
    expect(Object.getOwnPropertyNames(reports)).toEqual(['stock', 'calls']);
  });

  it('has no span in a suppressed context', async () => {
    await start();
    await contextStorage.run(TracingContext.SUPPRESSED, () => fire('yearly'));
    expect(withoutIntervals(traceAsText(setup.recorder.takeSpans()))).toBe('');
  });

  it('has no spans, and no work below it, if an option ignores it', async () => {
    const reports = await start({
      schedule: { ignore: ['ReportsService.send', /often$/, ({ name }) => name === 'soon'] },
    });
    await fire('yearly');
    await fire('broken');
    await until(
      () => reports.calls.includes('often') && reports.calls.includes('once'),
      () => reports.calls,
    );
    expect(traceAsText(setup.recorder.takeSpans(), { attributes: false })).toBe(
      ['ReportsService.fail ERROR "no paper" exception RangeError', '  StockService.count'].join(
        '\n',
      ),
    );
  });

  it('is not traced if the option is false, or tracing is off', async () => {
    const reports = await start({ schedule: false });
    await fire('yearly');
    expect(traceAsText(setup.recorder.takeSpans(), { attributes: false })).toBe(
      'StockService.count',
    );
    expect(reports.calls).toContain('send');
    await module.close();
    await start({ enabled: false });
    await fire('yearly');
    expect(setup.recorder.takeSpans()).toEqual([]);
  });

  it('is not traced after the application has closed', async () => {
    await start();
    const job = module.get(SchedulerRegistry).getCronJob('yearly');
    await module.close();
    setup.recorder.reset();
    await job.fireOnTick();
    expect(setup.recorder.takeSpans()).toEqual([]);
  });

  it('refuses invalid options at the start', async () => {
    await expect(start({ schedule: { ignore: [''] } })).rejects.toThrow(
      'schedule.ignore[0] must be an array of names',
    );
    await start();
  });
});

describe('a cron job that the application adds', () => {
  const YEARLY = '0 0 3 1 *';

  function jobOf(onTick: (this: unknown) => unknown, more: object = {}): CronJob {
    return CronJob.from({ cronTime: YEARLY, onTick: onTick as () => void, ...more }) as CronJob;
  }

  function registry(): SchedulerRegistry {
    return module.get(SchedulerRegistry);
  }

  function takeText(options: { attributes?: false } = { attributes: false }): string {
    return withoutIntervals(traceAsText(setup.recorder.takeSpans(), options));
  }

  it('has a root span for each run, named by its name without ids', async () => {
    await start();
    const stock = module.get(StockService);
    const job = jobOf(() => stock.count());
    module.get(Tracer).trace('POST /reminders', {}, () => {
      registry().addCronJob('reminder-42', job);
      job.start();
    });
    await fire('reminder-42');
    await fire('reminder-42');
    const run = [
      'reminder-{id} nestjs.schedule.expression="0 0 3 1 *" nestjs.schedule.name=reminder-42 nestjs.schedule.type=cron',
      '  StockService.count',
    ].join('\n');
    expect(takeText({})).toBe(['POST /reminders', run, run].join('\n\n'));
  });

  it('is traced when its own timer runs it, started before it is added', async () => {
    await start();
    let runCount = 0;
    const job = jobOf(() => runCount++, { cronTime: '* * * * * *', start: true });
    registry().addCronJob('every second', job);
    await until(
      () => runCount > 0,
      () => runCount,
    );
    registry().deleteCronJob('every second');
    expect(takeText().split('\n\n')).toContain('every second');
  });

  it('keeps this, the errors and waitForCompletion, and records the error', async () => {
    await start();
    const context = { self: true };
    const errors: unknown[] = [];
    const seen: unknown[] = [];
    const failure = new RangeError('no paper');
    const job = jobOf(
      async function (this: unknown) {
        seen.push(this);
        await module.get(StockService).count();
        throw failure;
      },
      { context, waitForCompletion: true, errorHandler: (error: unknown) => errors.push(error) },
    );
    registry().addCronJob('broken job', job);
    const first = job.fireOnTick();
    expect(job.isCallbackRunning).toBe(true);
    // It is still running, so this one is not a run.
    await job.fireOnTick();
    await first;
    expect(seen).toEqual([context]);
    expect(errors).toEqual([failure]);
    expect(takeText()).toBe(
      ['broken job ERROR "no paper" exception RangeError', '  StockService.count'].join('\n'),
    );
  });

  it('is not traced after it is deleted, when a rule ignores it, or after the shutdown', async () => {
    await start({ schedule: { ignore: ['quiet job', 'ReportsService.once', /often$/] } });
    const stock = module.get(StockService);
    const jobs = ['deleted', 'quiet job', 'kept'].map((name) => {
      const job = jobOf(() => stock.count());
      registry().addCronJob(name, job);
      return job;
    });
    registry().deleteCronJob('deleted');
    for (const job of jobs) await job.fireOnTick();
    // The deleted job is the user's again: only its traced method has a span.
    expect(takeText()).toBe(['StockService.count', '', 'kept', '  StockService.count'].join('\n'));
    const { addCronJob } = registry();
    await module.close();
    expect(registry().addCronJob).not.toBe(addCronJob);
    expect(Object.hasOwn(registry(), 'addCronJob')).toBe(false);
    for (const job of jobs) await job.fireOnTick();
    expect(setup.recorder.takeSpans()).toEqual([]);
  });

  it('is traced when a constructor adds it; a taken name still throws', async () => {
    @Injectable()
    class EarlyJobs {
      constructor(@Inject(SchedulerRegistry) jobs: SchedulerRegistry) {
        jobs.addCronJob(
          'early',
          jobOf(() => undefined),
        );
      }
    }
    setup = testTracingOptions();
    module = await Test.createTestingModule({
      imports: [ScheduleModule.forRoot(), TracingModule.forRoot(setup.options)],
      providers: [EarlyJobs],
    })
      .setLogger(silentLogger)
      .compile();
    await module.init();
    await fire('early');
    expect(takeText()).toBe('early');
    expect(() =>
      registry().addCronJob(
        'early',
        jobOf(() => undefined),
      ),
    ).toThrow(/early/);
    expect(setup.warnings).toEqual([]);
  });
});
