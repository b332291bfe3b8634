import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Cron, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
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
