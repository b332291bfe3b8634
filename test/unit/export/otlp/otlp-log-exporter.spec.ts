import { describe, expect, it } from '@jest/globals';
import { BatchLogRecordProcessor } from '../../../../lib/delivery/index.js';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  type ExportResult,
  OtlpLogExporter,
  type OtlpLogExporterOptions,
} from '../../../../lib/export/index.js';
import { accept, Collector } from '../../../integration/export/collector.js';
import { describeLogExporter } from '../../../suites/log-exporter.suite.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { emittedLog, emittedLogs } from '../../../support/log-source.js';
import { writeLogsResponse } from './read-otlp.js';

describe.each(['http/protobuf', 'http/json'] as const)('by %s', (protocol) => {
  describeLogExporter({
    name: 'OtlpLogExporter',
    opensBatches: protocol === 'http/protobuf',
    create: async () => {
      const collector = await Collector.start();
      const diagnostics = new ReadDiagnostics();
      return {
        exporter: new OtlpLogExporter({ url: collector.logsUrl, protocol, diagnostics }),
        deliveredBodies: () => collector.logBodies,
        close: () => collector.stop(),
      };
    },
    createFailing: async () => {
      const collector = await Collector.start((_request, response) => {
        response.writeHead(400).end();
      });
      return {
        exporter: new OtlpLogExporter({ url: collector.logsUrl, protocol }),
        deliveredBodies: () => [],
        close: () => collector.stop(),
      };
    },
  });
});

describe('OtlpLogExporter', () => {
  async function deliver(
    answer: Parameters<typeof Collector.start>[0],
    count: number,
    options: OtlpLogExporterOptions = {},
  ) {
    const collector = await Collector.start(answer);
    const diagnostics = new ReadDiagnostics();
    const exporter = new OtlpLogExporter({ url: collector.logsUrl, diagnostics, ...options });
    const result = await new Promise<ExportResult>((resolve) => {
      const body = 'x'.repeat(600);
      const records = emittedLogs(count).map(() => emittedLog({ body, severityText: 'info' }));
      exporter.export(records, resolve);
    });
    await exporter.shutdown();
    await collector.stop();
    return { result, lines: diagnostics.lines, collector };
  }

  it.each([
    ['http/protobuf', writeLogsResponse],
    ['http/json', (response: object) => Buffer.from(JSON.stringify(response))],
  ] as const)('counts log records that the server rejects, by %s', async (protocol, write) => {
    const partialSuccess = { rejectedLogRecords: 2, errorMessage: 'too old' };
    const { result, lines } = await deliver(
      (request, response) => {
        response.setHeader('content-type', request.headers['content-type'] ?? '');
        response.end(write({ partialSuccess }));
      },
      3,
      { protocol },
    );
    expect(result).toEqual({
      code: 0,
      rejectedCount: 2,
      error: new Error('2 log records were rejected: too old'),
    });
    expect(lines).toEqual(['The OTLP server rejected log records of a batch: 2 of them, too old']);
  });

  it('sends a request that is too long again in halves, and names one that is too long alone', async () => {
    const { result, lines, collector } = await deliver((request, response) => {
      if (request.body.length > 1500) response.writeHead(413).end();
      else accept(request, response);
    }, 4);
    expect(result).toEqual({ code: 0 });
    expect(collector.requests.length).toBeGreaterThan(2);
    expect(lines[0]).toMatch(
      /^A request is too long for the receiver; its log records are sent again in shorter requests/,
    );
    const alone = await deliver((_request, response) => response.writeHead(413).end(), 1);
    expect(alone.result.code).toBe(1);
    expect(alone.lines[0]).toMatch(
      /^A log record is too long for the receiver and was dropped: 'info', \d+ bytes/,
    );
  });

  it('is found at the default address', async () => {
    const diagnostics = new ReadDiagnostics();
    const exporter = new OtlpLogExporter({ diagnostics, retry: { maxRetries: 0 } });
    const processor = new BatchLogRecordProcessor(exporter, { diagnostics });
    processor.onEmit(emittedLog());
    await processor.forceFlush();
    expect(diagnostics.lines[0]).toMatch(
      /^OtlpLogExporter could not deliver 1 log record: POST http:\/\/localhost:4318\/v1\/logs: /,
    );
    await processor.shutdown();
  });

  it.each([{ protocol: 'grpc' as 'http/json' }, { url: 'collector' }, { maxRequestBytes: 0 }])(
    'refuses %o',
    (options) => {
      expect(() => new OtlpLogExporter(options)).toThrow(TracingConfigError);
      expect(() => new OtlpLogExporter(options)).toThrow(/^OtlpLogExporter\./);
    },
  );
});
