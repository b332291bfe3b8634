import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, type INestApplication, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { OtlpLogExporter, TracedLogger, Tracing } from '../../../lib/index.js';
import { type TestTracingSetup, testTracingOptions } from '../../../lib/testing/index.js';
import { captureOutput } from '../../support/captured-output.js';
import { until } from '../../support/until.js';
import { logRecordsOf } from '../../unit/export/otlp/read-otlp.js';
import { Collector } from '../export/collector.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { LOG_LIBRARIES } from './application/log-libraries.js';
import { ordersModule } from './application/orders.module.js';

const CASES = LOG_LIBRARIES.flatMap((library) =>
  PLATFORMS.map((platform) => [library.name, platform.name, library, platform] as const),
);

// The format of winston has no logger: it does not export.
describe.each(CASES.filter(([name]) => !name.includes('the format')))(
  'the exported lines of %s on %s',
  (_, __, library, platform) => {
    let application: INestApplication;
    let log: ReturnType<(typeof library)['create']>;
    let setup: TestTracingSetup;
    let url: string;

    beforeAll(async () => {
      setup = testTracingOptions({ logging: { spanEvents: true } });
      log = library.create();
      application = await NestFactory.create(
        ordersModule(setup.options, log.imports, [], false),
        platform.createAdapter(),
        { bufferLogs: true, forceCloseConnections: true, abortOnError: false },
      );
      log.use(application);
      await application.listen(0, '127.0.0.1');
      url = `http://127.0.0.1:${(application.getHttpServer().address() as AddressInfo).port}`;
      // The lines of the start.
      setup.logs.reset();
    });

    afterEach(() => {
      setup.recorder.reset();
      setup.logs.reset();
    });

    afterAll(async () => {
      await application.close();
      log.close?.();
      Logger.overrideLogger(new ConsoleLogger());
      expect(setup.warnings).toEqual([]);
    });

    const get = (path: string): Promise<Response> =>
      fetch(url + path, { headers: { connection: 'close' } });
    const records = async (count: number): Promise<Map<unknown, ReadableLogRecord>> => {
      await until(
        () => setup.logs.getFinishedLogRecords().length >= count,
        () => setup.logs.getFinishedLogRecords().map(({ body }) => body),
      );
      const all = setup.logs.getFinishedLogRecords() as ReadableLogRecord[];
      expect(all).toHaveLength(count);
      return new Map(all.map((record) => [record.body, record]));
    };

    it('are the lines that are written, once, with the span and the level', async () => {
      await get('/orders/7');
      const spans = await setup.recorder.takeNextSpans(2);
      const byName = new Map(spans.map((span) => [span.name, span]));
      const exported = await records(library.hasAccessLine ? 3 : 2);
      const request = byName.get('GET /orders/:id');
      const found = exported.get('found 7');
      expect(found?.spanContext).toMatchObject({
        traceId: request?.spanContext().traceId,
        spanId: byName.get('OrdersService.find')?.spanContext().spanId,
      });
      expect(found?.severityNumber).toBe(9);
      expect(Object.values(found?.attributes ?? {})).toContain('OrdersService');
      expect(Object.keys(found?.attributes ?? {})).not.toContain('trace_id');
      expect(exported.get('get 7')?.spanContext?.spanId).toBe(request?.spanContext().spanId);
      const events = byName.get('OrdersService.find')?.events ?? [];
      expect(events.map(({ name, attributes }) => [name, attributes?.['log.message']])).toEqual([
        ['log', 'found 7'],
      ]);
      if (!library.hasAccessLine) return;
      const access = exported.get('request completed');
      expect(access?.spanContext?.spanId).toBe(request?.spanContext().spanId);
      expect(access?.attributes).toMatchObject({ res: { statusCode: 200 } });
    });

    it('have the error of a failed request', async () => {
      await get('/fails');
      const [span] = await setup.recorder.takeNextSpans(1);
      const exported = await records(library.hasAccessLine ? 2 : 1);
      const failed = exported.get('out of stock');
      expect(failed).toMatchObject({ severityNumber: 17, spanContext: span?.spanContext() });
      expect(failed?.attributes).toMatchObject({
        'exception.message': 'out of stock',
        'exception.stacktrace': expect.stringContaining('OrdersController.fail'),
      });
    });

    it('have no span outside of one', async () => {
      new Logger('Shop').warn('open');
      const open = (await records(1)).get('open');
      expect(open?.severityNumber).toBe(13);
      expect(open?.spanContext).toBeUndefined();
    });
  },
);

describe('the lines of an application with a log exporter', () => {
  it('reach an OTLP server with the ids of their span, redacted', async () => {
    const output = captureOutput();
    const collector = await Collector.start();
    const { logExporter: _, ...options } = testTracingOptions().options;
    const application = await NestFactory.createApplicationContext(
      ordersModule(
        { ...options, logExporter: new OtlpLogExporter({ url: collector.logsUrl }) },
        [],
        [],
        false,
      ),
      { bufferLogs: true },
    );
    try {
      application.useLogger(new TracedLogger(new ConsoleLogger({ json: true })));
      const tracing = application.get(Tracing);
      const { traceId, spanId } = tracing.tracer.trace('work', (span) => {
        new Logger('Orders').warn('low', { order: 7, password: 's3cret' });
        return span.spanContext();
      });
      await tracing.forceFlush();
      const sent = collector.messages.filter(({ resourceLogs }) => resourceLogs);
      const low = sent
        .flatMap(logRecordsOf)
        .find((record) => JSON.stringify(record.body).includes('low'));
      expect(low).toMatchObject({ severityNumber: 13, severityText: 'warn' });
      expect(JSON.stringify(low)).toContain('nestjs.context');
      expect(JSON.stringify(low)).not.toContain('s3cret');
      expect(low).toMatchObject({ traceId, spanId });
    } finally {
      await application.close();
      await collector.stop();
      output.restore();
      Logger.overrideLogger(new ConsoleLogger());
    }
  });
});
