import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication, Injectable, Param } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { InMemoryLogRecordExporter as StockMemory } from '@opentelemetry/sdk-logs';
import type { LogRecordExporter } from '../../../lib/export/index.js';
import {
  InMemoryLogExporter,
  LOG_RECORD_EXPORTER,
  OtlpLogExporter,
  OtlpSpanExporter,
  Traced,
  Tracing,
  TracingHealthIndicator,
  TracingModule,
  type TracingOptions,
} from '../../../lib/index.js';
import { testTracingOptions } from '../../../lib/testing/index.js';
import { until } from '../../support/until.js';
import { logRecordsOf, type OtlpJson, spansOf } from '../../unit/export/otlp/read-otlp.js';
import { Collector } from './collector.js';
import { findRefusingUrl } from './raw-server.js';

@Injectable()
class Stock {
  constructor(private readonly tracing: Tracing) {}

  @Traced()
  find(id: string): string {
    this.tracing.logSink?.emit({
      severityNumber: 9,
      severityText: 'info',
      body: { message: 'found', user: { password: 'p' } },
      attributes: { id, token: 't' },
      scopeName: 'stock',
    });
    if (id === 'none') throw new RangeError('no such item');
    return id;
  }
}

@Controller('stock')
class StockController {
  constructor(private readonly stock: Stock) {}

  @Get(':id')
  find(@Param('id') id: string): string {
    return this.stock.find(id);
  }
}

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(
  options: TracingOptions,
  override?: LogRecordExporter,
): Promise<{ app: INestApplication; get(id: string): Promise<Response> }> {
  const builder = Test.createTestingModule({
    imports: [
      TracingModule.forRootAsync({
        useFactory: () => ({ serviceName: 'stock', registerGlobally: false, ...options }),
      }),
    ],
    controllers: [StockController],
    providers: [Stock],
  });
  if (override !== undefined) builder.overrideProvider(LOG_RECORD_EXPORTER).useValue(override);
  const app = (await builder.compile()).createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  stops.unshift(() => app.close());
  const url = await app.getUrl();
  return { app, get: (id) => fetch(`${url}/stock/${id}`) };
}

async function startCollector(): Promise<Collector> {
  const collector = await Collector.start();
  stops.push(() => collector.stop());
  return collector;
}

function recordsAt(collector: Collector): OtlpJson[] {
  return collector.messages.filter(({ resourceLogs }) => resourceLogs).flatMap(logRecordsOf);
}

describe('the log records of an application', () => {
  it.each(['http/protobuf', 'http/json'] as const)(
    'arrive with the ids of their span, redacted, by %s',
    async (protocol) => {
      const collector = await startCollector();
      const { app, get } = await start({
        exporter: { useFactory: () => new OtlpSpanExporter({ url: collector.url, protocol }) },
        logExporter: {
          useFactory: () => new OtlpLogExporter({ url: collector.logsUrl, protocol }),
        },
      });
      await get('7');
      await app.get(Tracing).forceFlush();
      const span = collector.messages
        .filter(({ resourceSpans }) => resourceSpans)
        .flatMap(spansOf)
        .find(({ name }) => name === 'Stock.find');
      const [record] = recordsAt(collector);
      expect(record).toMatchObject({
        traceId: span?.traceId,
        spanId: span?.spanId,
        flags: 3,
        severityNumber: 9,
        severityText: 'info',
        attributes: [
          { key: 'id', value: { stringValue: '7' } },
          { key: 'token', value: { stringValue: 'REDACTED' } },
        ],
      });
      expect(JSON.stringify(record?.body)).toBe(
        '{"kvlistValue":{"values":[{"key":"message","value":{"stringValue":"found"}},{"key":"user","value":{"kvlistValue":{"values":[{"key":"password","value":{"stringValue":"REDACTED"}}]}}}]}}',
      );
      const time = BigInt(record?.timeUnixNano as string);
      expect(time >= BigInt(span?.startTimeUnixNano as string)).toBe(true);
      expect(time <= BigInt(span?.endTimeUnixNano as string)).toBe(true);
      const resources = collector.messages.map(
        ({ resourceLogs, resourceSpans }) => (resourceLogs ?? resourceSpans)[0].resource,
      );
      expect(resources[0]).toEqual(resources[1]);
      expect(app.get(Tracing).statistics.counts()).toMatchObject({
        logs: { emitted: 1, exported: 1 },
        lost: 0,
      });
    },
  );

  it('have the exceptions of spans, without events', async () => {
    const collector = await startCollector();
    const { app, get } = await start({
      exporter: new OtlpSpanExporter({ url: collector.url }),
      logExporter: new OtlpLogExporter({ url: collector.logsUrl }),
      exceptionSignal: 'logs',
    });
    expect((await get('none')).status).toBe(500);
    await app.get(Tracing).forceFlush();
    const exceptions = recordsAt(collector).filter(({ eventName }) => eventName === 'exception');
    expect(exceptions).toMatchObject([
      { severityNumber: 17, body: { stringValue: 'RangeError: no such item' } },
    ]);
    const spans = collector.messages.filter(({ resourceSpans }) => resourceSpans).flatMap(spansOf);
    expect(spans.length).toBeGreaterThanOrEqual(2);
    expect(spans.flatMap(({ events = [] }) => events)).toEqual([]);
    expect(spans.map(({ spanId }) => spanId)).toContain(exceptions[0]?.spanId);
  });

  it('are delivered when the application is closed', async () => {
    const collector = await startCollector();
    const { app, get } = await start({
      spanProcessors: [],
      logExporter: new OtlpLogExporter({ url: collector.logsUrl }),
    });
    await get('7');
    await app.close();
    expect(recordsAt(collector)).toHaveLength(1);
  });

  it('go to the exporter that a test puts in place of LOG_RECORD_EXPORTER, and to a stock one', async () => {
    const memory = new InMemoryLogExporter();
    const { get } = await start({ spanProcessors: [] }, memory);
    await get('7');
    expect(memory.getFinishedLogRecords()).toMatchObject([{ attributes: { id: '7' } }]);
    const stock = new StockMemory();
    const { app, get: getStock } = await start({
      spanProcessors: [],
      logExporter: stock as unknown as LogRecordExporter,
    });
    await getStock('8');
    await app.get(Tracing).forceFlush();
    expect(stock.getFinishedLogRecords()).toMatchObject([
      { attributes: { id: '8' }, severityText: 'info', instrumentationScope: { name: 'stock' } },
    ]);
  });

  it('stay in memory with the options for tests', async () => {
    const { options, logs, recorder } = testTracingOptions();
    const { get } = await start(options);
    await get('7');
    const [record] = logs.getFinishedLogRecords();
    const trace = await recorder.takeNextTrace();
    expect(trace.map((span) => span.spanContext().spanId)).toContain(record?.spanContext?.spanId);
  });

  it('make the health check fail while they cannot be delivered, and are counted', async () => {
    const url = (await findRefusingUrl()).replace(/traces$/, 'logs');
    const lines: string[] = [];
    const { app, get } = await start({
      spanProcessors: [],
      logger: { warn: (line) => lines.push(line) },
      logExporter: new OtlpLogExporter({ url, retry: { maxRetries: 0 } }),
      logBatch: { scheduledDelayMillis: 5, maxQueueSize: 10, maxExportBatchSize: 5 },
    });
    const statistics = app.get(Tracing).statistics;
    for (let i = 0; i < 10; i++) await get(String(i));
    await until(
      () => (statistics.counts().logs?.failed ?? 0) > 0,
      () => statistics.counts(),
    );
    const health = app.get(TracingHealthIndicator).isHealthy('tracing', { failingForMillis: 0 });
    expect(health.tracing).toMatchObject({
      status: 'down',
      failing: [{ exporter: 'OtlpLogExporter', error: expect.stringContaining('ECONNREFUSED') }],
    });
    const collector = await Collector.start(undefined, undefined, Number(new URL(url).port));
    stops.push(() => collector.stop());
    await setTimeout(20);
    for (let i = 0; i < 10; i++) await get(`late ${i}`);
    await app.get(Tracing).forceFlush();
    const { emitted, exported, failed, dropped, queued } = statistics.counts().logs as never as {
      [count: string]: number;
    };
    expect({ emitted, queued, dropped }).toEqual({ emitted: 20, queued: 0, dropped: {} });
    expect(Number(exported) + Number(failed)).toBe(20);
    expect(exported).toBeGreaterThanOrEqual(10);
    expect(recordsAt(collector)).toHaveLength(Number(exported));
    expect(app.get(TracingHealthIndicator).isHealthy('t', { failingForMillis: 0 }).t.status).toBe(
      'up',
    );
    expect(lines[0]).toMatch(/^OtlpLogExporter could not deliver \d+ log records?: /);
    expect(lines.at(-1)).toMatch(
      /^OtlpLogExporter delivers again; \d+ log records? (was|were) lost\.$/,
    );
  });
});
