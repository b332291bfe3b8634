import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { contextStorage, isSuppressed } from '../../../lib/context/index.js';
import {
  PeriodicMetricReader,
  type PeriodicMetricReaderOptions,
} from '../../../lib/delivery/index.js';
import { TracingConfigError } from '../../../lib/errors.js';
import {
  type ExportControl,
  type ExportResult,
  InMemoryMetricExporter,
  type MetricExporter,
  type ReadableMetrics,
} from '../../../lib/export/index.js';
import {
  type ExportCallback,
  failure,
  ReadDiagnostics,
  SUCCESS,
} from '../../support/exporter-doubles.js';
import { GivenProducer, manySeries } from '../../support/metric-source.js';

/** An exporter whose exports end when the test says so. */
class HeldMetricExporter implements MetricExporter {
  readonly calls: { metrics: ReadableMetrics; callback: ExportCallback; control: ExportControl }[] =
    [];
  flushCount = 0;
  shutdownCount = 0;
  temporality: 0 | 1 = 1;
  answer: ((callback: ExportCallback) => unknown) | undefined;

  export(metrics: ReadableMetrics, callback: ExportCallback, control?: ExportControl): void {
    this.calls.push({ metrics, callback, control: control as ExportControl });
    // biome-ignore lint/correctness/noVoidTypeReturn: an exporter may be asynchronous by mistake
    return this.answer?.(callback) as undefined;
  }

  selectAggregationTemporality(): 0 | 1 {
    return this.temporality;
  }

  /** The value of the first series of each export. */
  get values(): unknown[] {
    return this.calls.map(
      ({ metrics }) => metrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value,
    );
  }

  end(index: number, result: ExportResult = SUCCESS): void {
    this.calls[index]?.callback(result);
  }

  forceFlush(): Promise<void> {
    this.flushCount++;
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.shutdownCount++;
    return Promise.resolve();
  }
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['performance'] });
});

afterEach(() => {
  jest.useRealTimers();
});

function start(options: PeriodicMetricReaderOptions = {}) {
  const producer = new GivenProducer();
  producer.metrics = [manySeries(2)];
  const exporter = new HeldMetricExporter();
  const diagnostics = new ReadDiagnostics();
  const reader = new PeriodicMetricReader(producer, exporter, { diagnostics, ...options });
  return { producer, exporter, reader, diagnostics };
}

/** Lets promises settle. */
async function settle(): Promise<void> {
  await jest.advanceTimersByTimeAsync(0);
}

describe('PeriodicMetricReader', () => {
  it('exports at its interval, a minute by default', async () => {
    const { exporter, producer, reader } = start();
    exporter.answer = (callback) => callback(SUCCESS);
    await jest.advanceTimersByTimeAsync(59_999);
    expect(exporter.calls).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(exporter.calls).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(120_000);
    expect(exporter.calls).toHaveLength(3);
    expect(producer.collectCount).toBe(3);
    expect(reader.counts).toEqual({ exported: 6, failed: 0, dropped: {}, queued: 0 });
    expect(reader.health).toMatchObject({ exporter: 'HeldMetricExporter', isFailing: false });
  });

  it('keeps no process alive', () => {
    const spy = jest.spyOn(globalThis, 'setInterval');
    start();
    const timer = spy.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    spy.mockRestore();
  });

  it('never has two exports under way, and skips the intervals meanwhile', async () => {
    const { exporter, reader, producer } = start({ intervalMillis: 1000, timeoutMillis: 60_000 });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(exporter.calls).toHaveLength(1);
    expect(reader.counts.queued).toBe(2);
    exporter.end(0);
    await settle();
    producer.metrics = [manySeries(3)];
    await jest.advanceTimersByTimeAsync(1000);
    expect(exporter.calls).toHaveLength(2);
    expect(reader.counts).toEqual({ exported: 2, failed: 0, dropped: {}, queued: 3 });
  });

  it('exports the values of the time of a flush, after the export under way', async () => {
    const { exporter, reader, producer } = start({ intervalMillis: 1000 });
    await jest.advanceTimersByTimeAsync(1000);
    producer.metrics = [{ series: [[{}, 42]] }];
    const flushes = Promise.all([reader.forceFlush(), reader.forceFlush()]);
    await settle();
    expect(exporter.calls).toHaveLength(1);
    exporter.end(0);
    await settle();
    expect(exporter.values).toEqual([1, 42]);
    exporter.end(1);
    await flushes;
    expect(exporter.flushCount).toBe(2);
    expect(exporter.calls).toHaveLength(2);
  });

  it('exports nothing where there are no values', async () => {
    const { exporter, reader, producer } = start();
    producer.metrics = [];
    await reader.forceFlush();
    expect(exporter.calls).toHaveLength(0);
    expect(producer.collectCount).toBe(1);
  });

  it('collects and exports with tracing suppressed', async () => {
    const { exporter, reader, producer } = start();
    const suppressed: boolean[] = [];
    const collect = producer.collect.bind(producer);
    producer.collect = () => {
      suppressed.push(isSuppressed(contextStorage.active()));
      return collect();
    };
    exporter.answer = (callback) => {
      suppressed.push(isSuppressed(contextStorage.active()));
      callback(SUCCESS);
    };
    await reader.forceFlush();
    expect(suppressed).toEqual([true, true]);
  });

  it('collects the last values at its shutdown, once, and shuts the exporter down', async () => {
    const { exporter, reader, producer } = start({ intervalMillis: 1000 });
    exporter.answer = (callback) => callback(SUCCESS);
    producer.metrics = [{ series: [[{}, 7]] }];
    await Promise.all([reader.shutdown(), reader.shutdown()]);
    expect(exporter.values).toEqual([7]);
    expect([exporter.flushCount, exporter.shutdownCount]).toEqual([0, 1]);
    await jest.advanceTimersByTimeAsync(5000);
    await reader.forceFlush();
    expect(exporter.calls).toHaveLength(1);
  });

  it('flushes an exporter that stays open', async () => {
    const { exporter, reader } = start({ exporterStaysOpen: true });
    exporter.answer = (callback) => callback(SUCCESS);
    await reader.shutdown();
    expect([exporter.flushCount, exporter.shutdownCount]).toEqual([1, 0]);
  });

  it('exports the last values after an export that a shutdown interrupts', async () => {
    const { exporter, reader, producer } = start({ intervalMillis: 1000 });
    await jest.advanceTimersByTimeAsync(1000);
    producer.metrics = [{ series: [[{}, 9]] }];
    const shutdown = reader.shutdown();
    await settle();
    exporter.end(0);
    await settle();
    exporter.end(1);
    await shutdown;
    expect(exporter.values).toEqual([1, 9]);
    expect(reader.counts).toEqual({ exported: 3, failed: 0, dropped: {}, queued: 0 });
  });

  it('gives up an export that does not end, at the shutdown timeout, and says what was lost', async () => {
    const { exporter, reader, diagnostics } = start({
      intervalMillis: 1000,
      shutdownTimeoutMillis: 500,
    });
    await jest.advanceTimersByTimeAsync(1000);
    const shutdown = reader.shutdown();
    await jest.advanceTimersByTimeAsync(2000);
    await shutdown;
    expect(exporter.calls).toHaveLength(1);
    expect(exporter.calls[0]?.control.signal.aborted).toBe(true);
    expect(reader.counts).toEqual({ exported: 0, failed: 2, dropped: {}, queued: 0 });
    expect(exporter.shutdownCount).toBe(1);
    expect(diagnostics.lines).toEqual([
      'HeldMetricExporter could not deliver 2 data points: the time for the shutdown was over. Further failures are counted and summarised on recovery.',
      'Delivery by HeldMetricExporter has ended; 2 data points were not delivered. The last failure: the time for the shutdown was over.',
    ]);
  });
});

describe('an exporter of PeriodicMetricReader', () => {
  it('fails once in the log, and again only when it has recovered', async () => {
    const { exporter, reader, diagnostics } = start({ intervalMillis: 1000 });
    exporter.answer = (callback) => callback(failure('connect ECONNREFUSED'));
    await jest.advanceTimersByTimeAsync(5000);
    expect(diagnostics.lines).toEqual([
      'HeldMetricExporter could not deliver 2 data points: connect ECONNREFUSED. Further failures are counted and summarised on recovery.',
    ]);
    expect(reader.counts).toEqual({ exported: 0, failed: 10, dropped: {}, queued: 0 });
    expect(reader.health).toMatchObject({
      isFailing: true,
      lastError: { message: 'connect ECONNREFUSED' },
    });
    exporter.answer = (callback) => callback(SUCCESS);
    await jest.advanceTimersByTimeAsync(1000);
    expect(diagnostics.lines.slice(1)).toEqual([
      'HeldMetricExporter delivers again; 10 data points were not delivered.',
    ]);
  });

  it.each<[string, (callback: ExportCallback) => unknown, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      /could not deliver 2 data points: boom/,
    ],
    ['rejects', () => Promise.reject(new Error('boom')), /could not deliver 2 data points: boom/],
    [
      'calls back with nothing',
      (callback) => callback(undefined as never),
      /could not deliver 2 data points: no reason given/,
    ],
  ])('may be one that %s', async (_, answer, line) => {
    const { exporter, reader, diagnostics } = start({ intervalMillis: 1000 });
    exporter.answer = answer;
    await jest.advanceTimersByTimeAsync(1000);
    expect(reader.counts).toEqual({ exported: 0, failed: 2, dropped: {}, queued: 0 });
    expect(diagnostics.lines).toEqual([expect.stringMatching(line)]);
    exporter.answer = (callback) => callback(SUCCESS);
    await jest.advanceTimersByTimeAsync(1000);
    expect(reader.counts.exported).toBe(2);
  });

  it('that never calls back is given up after the timeout', async () => {
    const { exporter, reader, diagnostics } = start({ intervalMillis: 1000, timeoutMillis: 2500 });
    await jest.advanceTimersByTimeAsync(3600);
    expect(exporter.calls[0]?.control.signal.aborted).toBe(true);
    expect(reader.counts.failed).toBe(2);
    expect(diagnostics.lines[0]).toMatch(/the exporter did not call back within 2500 ms/);
    await jest.advanceTimersByTimeAsync(1000);
    expect(exporter.calls).toHaveLength(2);
  });

  it('counts what its receiver rejects', async () => {
    const { exporter, reader } = start();
    exporter.answer = (callback) => callback({ ...SUCCESS, rejectedCount: 1 } as ExportResult);
    await reader.forceFlush();
    expect(reader.counts).toEqual({ exported: 1, failed: 1, dropped: {}, queued: 0 });
  });

  it('gets deltas again that were not delivered', async () => {
    const producer = new GivenProducer();
    const exporter = new HeldMetricExporter();
    exporter.temporality = 0;
    const reader = new PeriodicMetricReader(producer, exporter, {
      diagnostics: new ReadDiagnostics(),
    });
    for (const [value, result] of [
      [3, SUCCESS],
      [5, failure('down')],
      [9, SUCCESS],
    ] as const) {
      producer.metrics = [{ series: [[{}, value]] }];
      exporter.answer = (callback) => callback(result);
      await reader.forceFlush();
    }
    expect(exporter.values).toEqual([3, 2, 6]);
  });
});

describe('a producer of PeriodicMetricReader', () => {
  it('that throws is reported, and asked again', async () => {
    const { exporter, reader, producer, diagnostics } = start({ intervalMillis: 1000 });
    const collect = producer.collect.bind(producer);
    producer.collect = () => {
      throw new Error('no metrics');
    };
    await jest.advanceTimersByTimeAsync(3000);
    expect(diagnostics.lines).toEqual([
      'Metrics could not be collected and are not exported: Error: no metrics',
    ]);
    producer.collect = collect;
    exporter.answer = (callback) => callback(SUCCESS);
    await jest.advanceTimersByTimeAsync(1000);
    expect(reader.counts.exported).toBe(2);
  });
});

describe('the options of PeriodicMetricReader', () => {
  it.each([
    { intervalMillis: 0 },
    { intervalMillis: 2 ** 31 },
    { timeoutMillis: -1 },
    { shutdownTimeoutMillis: Number.NaN },
    { exporterStaysOpen: 'yes' as never },
  ])('cannot be %o', (options) => {
    const create = () =>
      new PeriodicMetricReader(new GivenProducer(), new InMemoryMetricExporter(), options);
    expect(create).toThrow(TracingConfigError);
    expect(create).toThrow(/^PeriodicMetricReader\./);
  });

  it('need an exporter and a producer', () => {
    const exporter = new InMemoryMetricExporter();
    expect(() => new PeriodicMetricReader({} as never, exporter)).toThrow(
      /^PeriodicMetricReader\.producer must have the method collect/,
    );
    expect(() => new PeriodicMetricReader(new GivenProducer(), {} as never)).toThrow(
      /^PeriodicMetricReader\.exporter must have the methods export, forceFlush, shutdown/,
    );
  });
});
