import * as grpc from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import { type ExportResult, OtlpGrpcLogExporter } from '../../../../lib/export/index.js';
import { createGrpcExporterOptions } from '../../../../lib/export/otlp-grpc/grpc-export.js';
import { describeLogExporter } from '../../../suites/log-exporter.suite.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { emittedLogs } from '../../../support/log-source.js';
import { writeLogsResponse } from '../otlp/read-otlp.js';
import { TraceService } from './trace-service.js';

describeLogExporter({
  name: 'OtlpGrpcLogExporter',
  opensBatches: true,
  create: async () => {
    const service = await TraceService.start();
    const diagnostics = new ReadDiagnostics();
    return {
      exporter: new OtlpGrpcLogExporter({ grpc, url: service.url, diagnostics }),
      deliveredBodies: () => service.logBodies,
      close: () => service.stop(),
    };
  },
  createFailing: async () => {
    const service = await TraceService.start((reply) =>
      reply({ code: grpc.status.INVALID_ARGUMENT }),
    );
    return {
      exporter: new OtlpGrpcLogExporter({ grpc, url: service.url }),
      deliveredBodies: () => [],
      close: () => service.stop(),
    };
  },
});

describe('OtlpGrpcLogExporter', () => {
  it('counts log records that the server rejects', async () => {
    const partialSuccess = { rejectedLogRecords: 1, errorMessage: 'too old' };
    const service = await TraceService.start((reply) =>
      reply(null, writeLogsResponse({ partialSuccess })),
    );
    const diagnostics = new ReadDiagnostics();
    const exporter = new OtlpGrpcLogExporter({ grpc, url: service.url, diagnostics });
    const result = await new Promise<ExportResult>((resolve) =>
      exporter.export(emittedLogs(3), resolve),
    );
    expect(result).toMatchObject({ code: 0, rejectedCount: 1 });
    expect(diagnostics.lines).toEqual([
      'The OTLP server rejected log records of a batch: 1 of them, too old',
    ]);
    await exporter.shutdown();
    service.stop();
  });

  it('requires the package, by its own name', () => {
    const create = () => new OtlpGrpcLogExporter({ grpc: undefined as never });
    expect(create).toThrow(TracingConfigError);
    expect(create).toThrow(/^OtlpGrpcLogExporter\.grpc must be the package @grpc\/grpc-js/);
    expect(() => createGrpcExporterOptions('Mine', {} as never, { grpc: {} as never })).toThrow(
      /^Mine\.grpc must be/,
    );
  });
});
