import { DATA_POINT_WORDS } from '../exporter.js';
import { EncodingMetricExporter, type OtlpTemporalityOptions } from '../otlp/otlp-metrics.js';
import { ProtobufMetricsEncoding } from '../otlp/protobuf-metrics.js';
import { createGrpcExporterOptions, type GrpcExportOptions } from './grpc-export.js';

/** Where and how metrics are sent. Spec: `protocol/exporter.md`, `metrics/sdk_exporters/otlp.md`. */
export interface OtlpGrpcMetricExporterOptions extends GrpcExportOptions, OtlpTemporalityOptions {}

const SIGNAL = {
  words: DATA_POINT_WORDS,
  createEncoding: () => new ProtobufMetricsEncoding(),
  method: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
};

/**
 * Sends metrics by OTLP over gRPC. The application passes `@grpc/grpc-js`, so that the library works where
 * that package is not installed.
 *
 * @example
 * import * as grpc from '@grpc/grpc-js';
 * new OtlpGrpcMetricExporter({ grpc, url: 'http://collector:4317' })
 */
export class OtlpGrpcMetricExporter extends EncodingMetricExporter {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpGrpcMetricExporterOptions) {
    super(createGrpcExporterOptions('OtlpGrpcMetricExporter', SIGNAL, options), options);
  }
}
