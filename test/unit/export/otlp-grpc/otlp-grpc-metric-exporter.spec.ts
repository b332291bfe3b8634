import * as grpc from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import { type ExportResult, OtlpGrpcMetricExporter } from '../../../../lib/export/index.js';
import { describeMetricExporter } from '../../../suites/metric-exporter.suite.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { manySeries, readableMetrics } from '../../../support/metric-source.js';
import { dataPointsOf, writeMetricsResponse } from '../otlp/read-otlp.js';
import { TraceService } from './trace-service.js';

describeMetricExporter({
  name: 'OtlpGrpcMetricExporter',
  create: async () => {
    const service = await TraceService.start();
    const diagnostics = new ReadDiagnostics();
    return {
      exporter: new OtlpGrpcMetricExporter({ grpc, url: service.url, diagnostics }),
      deliveredValues: () =>
        service.metricMessages.flatMap(dataPointsOf).map(({ asDouble }) => asDouble),
      close: () => service.stop(),
    };
  },
  createFailing: async () => {
    const service = await TraceService.start((reply) =>
      reply({ code: grpc.status.INVALID_ARGUMENT }),
    );
    return {
      exporter: new OtlpGrpcMetricExporter({ grpc, url: service.url }),
      deliveredValues: () => [],
      close: () => service.stop(),
    };
  },
});

describe('OtlpGrpcMetricExporter', () => {
  it('counts data points that the server rejects', async () => {
    const partialSuccess = { rejectedDataPoints: 1, errorMessage: 'too old' };
    const service = await TraceService.start((reply) =>
      reply(null, writeMetricsResponse({ partialSuccess })),
    );
    const diagnostics = new ReadDiagnostics();
    const exporter = new OtlpGrpcMetricExporter({
      grpc,
      url: service.url,
      diagnostics,
      compression: 'gzip',
    });
    const result = await new Promise<ExportResult>((resolve) =>
      exporter.export(readableMetrics([manySeries(3)]), resolve),
    );
    expect(result).toMatchObject({ code: 0, rejectedCount: 1 });
    expect(diagnostics.lines).toEqual([
      'The OTLP server rejected data points of a batch: 1 of them, too old',
    ]);
    await exporter.shutdown();
    service.stop();
  });

  it('refuses options that cannot be used', () => {
    const create = (options: object) => () => new OtlpGrpcMetricExporter(options as never);
    expect(create({ grpc: undefined })).toThrow(TracingConfigError);
    expect(create({ grpc: undefined })).toThrow(/^OtlpGrpcMetricExporter\.grpc must be/);
    expect(create({ grpc, temporalityPreference: 'x' })).toThrow(
      /^OtlpGrpcMetricExporter\.temporalityPreference must be one of/,
    );
  });
});
