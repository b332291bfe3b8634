import { describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import {
  LoggerProvider as StockLoggerProvider,
  InMemoryLogRecordExporter as StockMemory,
  SimpleLogRecordProcessor as StockSimple,
} from '@opentelemetry/sdk-logs';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import {
  type ForeignLoggerProvider,
  ForeignLogProcessor,
} from '../../../../lib/assembly/foreign-provider/foreign-log-processor.js';
import { createTracing, type StandaloneTracingOptions } from '../../../../lib/assembly/index.js';
import { LOG_SINK } from '../../../../lib/context/index.js';
import { TracingConfigError } from '../../../../lib/errors.js';
import { InMemoryLogExporter } from '../../../../lib/export/index.js';
import { emittedLog, SPAN_CONTEXT } from '../../../support/log-source.js';

function create(options: StandaloneTracingOptions = {}) {
  const memory = new StockMemory();
  const loggerProvider = new StockLoggerProvider({
    processors: [new StockSimple({ exporter: memory })],
  });
  const lines: string[] = [];
  const tracing = createTracing({
    tracerProvider: new BasicTracerProvider(),
    loggerProvider: loggerProvider as ForeignLoggerProvider,
    registerGlobally: false,
    logger: { warn: (line) => lines.push(line) },
    ...options,
  });
  return { memory, tracing, lines };
}

describe('log records for the logger provider of another SDK', () => {
  it('have the ids of their span and are redacted', async () => {
    const { memory, tracing } = create();
    const sink = tracing.tracer.application.get(LOG_SINK);
    expect(sink).toBe(tracing.logSink);
    const ids = tracing.tracer.trace('work', (span) => {
      const attributes = { token: 't', nested: { a: [1] } };
      sink?.emit({ severityNumber: 13, severityText: 'warn', body: { pwd: 'p' }, attributes });
      return span.spanContext();
    });
    sink?.emit({ severityNumber: 9, body: 'outside', scopeName: 'other', eventName: 'e' });
    await tracing.shutdown();
    expect(memory.getFinishedLogRecords()).toMatchObject([
      {
        spanContext: { traceId: ids.traceId, spanId: ids.spanId },
        severityNumber: 13,
        severityText: 'warn',
        body: { pwd: 'REDACTED' },
        attributes: { token: 'REDACTED', nested: { a: [1] } },
        instrumentationScope: { name: 'nestjs-traced' },
      },
      { body: 'outside', eventName: 'e', instrumentationScope: { name: 'other' } },
    ]);
    expect(memory.getFinishedLogRecords()[1]?.spanContext).toBeUndefined();
    expect(tracing.statistics.counts().logs).toBeUndefined();
  });

  it.each([
    ['logs', 0, 1],
    ['logs/dup', 1, 1],
    ['events', 1, 0],
  ] as const)(
    'are exceptions of its spans, by %s',
    async (exceptionSignal, eventCount, logCount) => {
      const { memory, tracing } = create({ exceptionSignal });
      const span = tracing.tracer.startSpan('work');
      span.recordError(new RangeError('boom'));
      const { events } = (span as unknown as { providedSpan: { events: unknown[] } }).providedSpan;
      span.end();
      expect(events).toHaveLength(eventCount);
      expect(memory.getFinishedLogRecords()).toHaveLength(logCount);
      await tracing.shutdown();
    },
  );

  it('leave exceptions events where there is no logger provider', async () => {
    const { tracing, lines } = create({ loggerProvider: undefined, exceptionSignal: 'logs' });
    const span = tracing.tracer.startSpan('work');
    span.recordException(new Error('boom'));
    const { events } = (span as unknown as { providedSpan: { events: unknown[] } }).providedSpan;
    span.end();
    expect(events).toHaveLength(1);
    expect(lines).toEqual([
      expect.stringContaining('beside tracerProvider, the option loggerProvider'),
    ]);
    await tracing.shutdown();
  });

  it('also go there from an application with its own spans', async () => {
    const { memory, tracing } = create({ tracerProvider: undefined, spanProcessors: [] });
    tracing.logSink?.emit({ severityNumber: 9, body: 'x' });
    await tracing.shutdown();
    expect(memory.getFinishedLogRecords()).toHaveLength(1);
  });

  it('keep a provider that throws from the application', async () => {
    const fail = (): never => {
      throw new Error('no');
    };
    const loggerProvider = { getLogger: fail, forceFlush: async () => fail() };
    const { tracing, lines } = create({ loggerProvider });
    expect(() => tracing.logSink?.emit({ severityNumber: 9 })).not.toThrow();
    await tracing.forceFlush();
    await tracing.shutdown();
    expect(lines).toEqual([
      'A log record processor threw: Error: no',
      'A log record processor could not be flushed: Error: no',
      'A log record processor could not be shut down: Error: no',
    ]);
  });

  it('are flushed behind the stand-in of the API', async () => {
    let flushCount = 0;
    const emitted: { context?: Parameters<typeof trace.getSpanContext>[0] }[] = [];
    const behind = {
      getLogger: () => ({ emit: (record: object) => emitted.push(record) }),
      forceFlush: async () => void flushCount++,
    };
    const standIn = { getLogger: behind.getLogger, _getDelegate: () => behind };
    const processor = new ForeignLogProcessor(standIn as ForeignLoggerProvider);
    processor.onEmit(emittedLog({ body: 'x' }));
    await processor.forceFlush();
    await processor.shutdown();
    expect(flushCount).toBe(2);
    expect(trace.getSpanContext(emitted[0]?.context as never)).toMatchObject(SPAN_CONTEXT);
  });

  it.each<[StandaloneTracingOptions, RegExp]>([
    [{ loggerProvider: {} as never }, /^loggerProvider must have the method getLogger/],
    [
      { tracerProvider: undefined, logExporter: new InMemoryLogExporter() },
      /^logExporter must not be set beside loggerProvider/,
    ],
    [
      { logExporter: new InMemoryLogExporter() },
      /^logExporter must not be set beside tracerProvider/,
    ],
    [{ logBatch: {} }, /^logBatch must not be set beside tracerProvider/],
  ])('are refused with %o', (options, message) => {
    expect(() => create(options)).toThrow(TracingConfigError);
    expect(() => create(options)).toThrow(message);
  });
});
