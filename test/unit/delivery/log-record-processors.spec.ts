import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import {
  BatchLogRecordProcessor as StockBatch,
  LoggerProvider as StockLoggerProvider,
  type LogRecordProcessor as StockProcessor,
} from '@opentelemetry/sdk-logs';
import { BatchDelivery } from '../../../lib/delivery/batch-delivery.js';
import { BatchLogRecordProcessor } from '../../../lib/delivery/batch-log-record-processor.js';
import { DELIVERED_LOG_RECORDS, DELIVERED_SPANS } from '../../../lib/delivery/delivered-signal.js';
import { pipelineStateOf } from '../../../lib/delivery/index.js';
import { estimateLogRecordBytes } from '../../../lib/delivery/log-record-size.js';
import { SimpleDelivery } from '../../../lib/delivery/simple-delivery.js';
import { SimpleLogRecordProcessor } from '../../../lib/delivery/simple-log-record-processor.js';
import { TracingConfigError } from '../../../lib/errors.js';
import {
  type ExportResult,
  InMemoryLogExporter,
  type LogRecordExporter,
  OtlpLogExporter,
} from '../../../lib/export/index.js';
import { SamplingDecision } from '../../../lib/sampling/sampler.js';
import type { ReadableLogRecord } from '../../../lib/trace/index.js';
import { accept, Collector } from '../../integration/export/collector.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { emittedLog, emittedLogs, stockLogs } from '../../support/log-source.js';
import { endedSpan } from '../../support/span-source.js';
import { until } from '../../support/until.js';

/** Fails each export. */
class BrokenExporter implements LogRecordExporter {
  export(_records: ReadableLogRecord[], callback: (result: ExportResult) => void): void {
    callback({ code: 1, error: new Error('broken') });
  }

  async shutdown(): Promise<void> {}
}

describe('BatchLogRecordProcessor', () => {
  it('exports after a second by default, and full batches at once', async () => {
    const exporter = new InMemoryLogExporter();
    const processor = new BatchLogRecordProcessor(exporter, { maxExportBatchSize: 3 });
    const [first, ...others] = emittedLogs(3);
    processor.onEmit(first as ReadableLogRecord);
    await setTimeout(20);
    expect(exporter.getFinishedLogRecords()).toHaveLength(0);
    for (const record of others) processor.onEmit(record);
    await until(
      () => exporter.getFinishedLogRecords().length === 3,
      () => processor.counts,
    );
    processor.onEmit(first as ReadableLogRecord);
    const start = performance.now();
    await until(
      () => exporter.getFinishedLogRecords().length === 4,
      () => processor.counts,
    );
    expect(performance.now() - start).toBeGreaterThan(800);
    await processor.shutdown();
  });

  it('counts what is exported, failed, dropped and queued, and says it in words', async () => {
    const diagnostics = new ReadDiagnostics();
    const processor = new BatchLogRecordProcessor(new BrokenExporter(), {
      maxQueueSize: 2,
      diagnostics,
    });
    for (const record of emittedLogs(3)) processor.onEmit(record);
    expect(processor.counts).toEqual({
      exported: 0,
      failed: 0,
      dropped: { queue_full: 1 },
      queued: 2,
    });
    await processor.shutdown();
    processor.onEmit(emittedLog());
    expect(processor.counts).toEqual({
      exported: 0,
      failed: 2,
      dropped: { queue_full: 1, after_shutdown: 1 },
      queued: 0,
    });
    expect(diagnostics.lines).toEqual([
      'Log records for BrokenExporter are dropped: the queue is full with 2 log records. Further dropped log records are counted and summarised when dropping ends.',
      'BrokenExporter could not deliver 2 log records: broken. Further failures are counted and summarised on recovery.',
      'Delivery by BrokenExporter has ended; 3 log records were lost. The last failure: broken.',
    ]);
    expect(pipelineStateOf(processor)).toMatchObject({
      kind: 'batching_log_processor',
      queueCapacity: 2,
      health: { exporter: 'BrokenExporter', isFailing: true },
    });
  });

  it('exports log records of unsampled traces, because sampling is for spans', async () => {
    const exporter = new InMemoryLogExporter();
    const processor = new BatchLogRecordProcessor(exporter);
    const { spanContext } = emittedLog();
    processor.onEmit(emittedLog({ spanContext: { ...spanContext, traceFlags: 0 } as never }));
    await processor.forceFlush();
    expect(exporter.getFinishedLogRecords()).toHaveLength(1);
    const span = endedSpan('a', undefined, {}, SamplingDecision.RECORD);
    expect(DELIVERED_SPANS.isSampled(span)).toBe(false);
    expect(DELIVERED_LOG_RECORDS.isSampled(emittedLog())).toBe(true);
  });

  it('bounds the bytes of what waits', async () => {
    const diagnostics = new ReadDiagnostics();
    const processor = new BatchLogRecordProcessor(new BrokenExporter(), {
      maxQueueBytes: 5000,
      diagnostics,
    });
    for (let i = 0; i < 5; i++) processor.onEmit(emittedLog({ body: 'x'.repeat(2000) }));
    expect(processor.counts.dropped).toEqual({ queue_bytes_full: 3 });
    await processor.shutdown();
  });

  it('serves the log records of OpenTelemetry’s SDK', async () => {
    const collector = await Collector.start(accept);
    const exporter = new OtlpLogExporter({ url: collector.logsUrl });
    const ours = new BatchLogRecordProcessor(exporter) as unknown as StockProcessor;
    const provider = new StockLoggerProvider({ processors: [ours] });
    provider.getLogger('stock').emit({ body: 'through our processor' });
    await provider.shutdown();
    const stock = new StockLoggerProvider({
      processors: [
        new StockBatch({ exporter: new OtlpLogExporter({ url: collector.logsUrl }) as never }),
      ],
    });
    stock.getLogger('stock').emit({ body: 'through our exporter' });
    await stock.shutdown();
    expect(collector.logBodies).toEqual(['through our processor', 'through our exporter']);
    await collector.stop();
  });

  it.each([{ maxQueueSize: 0 }, { scheduledDelayMillis: -1 }, { maxExportBatchSize: 32_769 }])(
    'refuses %o',
    (options) => {
      const create = () => new BatchLogRecordProcessor(new InMemoryLogExporter(), options);
      expect(create).toThrow(TracingConfigError);
      expect(create).toThrow(/^BatchLogRecordProcessor\./);
    },
  );

  it('refuses what is no exporter', () => {
    expect(() => new BatchLogRecordProcessor({} as never)).toThrow(
      /^BatchLogRecordProcessor\.exporter must have the methods export, shutdown.*new OtlpLogExporter\(\)/,
    );
    expect(
      () =>
        new BatchDelivery(
          { name: 'Mine', signal: DELIVERED_LOG_RECORDS } as never,
          {} as never,
          {},
        ),
    ).toThrow(/^Mine\./);
    expect(
      () =>
        new SimpleDelivery(
          { name: 'Mine', signal: DELIVERED_LOG_RECORDS } as never,
          {} as never,
          {},
        ),
    ).toThrow(/^Mine\./);
  });
});

describe('SimpleLogRecordProcessor', () => {
  it('exports each log record inside the call', async () => {
    const exporter = new InMemoryLogExporter();
    const processor = new SimpleLogRecordProcessor(exporter);
    for (const record of emittedLogs(2)) processor.onEmit(record);
    expect(exporter.getFinishedLogRecords()).toHaveLength(2);
    expect(processor.counts).toEqual({ exported: 2, failed: 0, dropped: {}, queued: 0 });
    expect(processor.state.kind).toBe('simple_log_processor');
    await processor.forceFlush();
    await processor.shutdown();
  });
});

describe('estimateLogRecordBytes', () => {
  it('grows with the texts of body and attributes, ours and those of another SDK', () => {
    const texts = { body: { a: 'x'.repeat(1000) }, attributes: { b: 'y'.repeat(500) } };
    for (const [small, large] of [
      [emittedLog(), emittedLog(texts)],
      [...stockLogs({}), ...stockLogs(texts)],
    ] as [ReadableLogRecord, ReadableLogRecord][]) {
      const growth = estimateLogRecordBytes(large) - estimateLogRecordBytes(small);
      expect(growth).toBeGreaterThan(1500);
      expect(growth).toBeLessThan(1600);
    }
  });
});
