export {
  ConsoleMetricExporter,
  type ConsoleMetricExporterOptions,
} from './console/console-metric-exporter.js';
export type { ConsoleStream } from './console/console-output.js';
export {
  ConsoleSpanExporter,
  type ConsoleSpanExporterOptions,
} from './console/console-span-exporter.js';
export { type RenderOptions, renderTrace } from './console/render-trace.js';
export { type TraceRecord, toTraceRecord } from './console/trace-record.js';
export {
  type ExportControl,
  type ExportResult,
  ExportResultCode,
  type PartialExportResult,
} from './exporter.js';
export { FileSpanExporter, type FileSpanExporterOptions } from './file/file-span-exporter.js';
export {
  replaySpanFile,
  type SpanFileReplayOptions,
  type SpanFileReplayResult,
} from './file/replay-span-file.js';
export type { HttpExportOptions } from './http-export.js';
export { InMemoryLogExporter } from './in-memory-log-exporter.js';
export {
  InMemoryMetricExporter,
  type InMemoryMetricExporterOptions,
} from './in-memory-metric-exporter.js';
export { InMemorySpanExporter } from './in-memory-span-exporter.js';
export {
  type JaegerProtocol,
  JaegerSpanExporter,
  type JaegerSpanExporterOptions,
} from './jaeger/jaeger-span-exporter.js';
export type { LogRecordBatch, LogRecordExporter } from './log-record-exporter.js';
export type { MetricExporter, TemporalityPreference } from './metric-exporter.js';
export { NoopSpanExporter } from './noop-span-exporter.js';
export type { OtlpHttpProtocol } from './otlp/otlp-http.js';
export { OtlpLogExporter, type OtlpLogExporterOptions } from './otlp/otlp-log-exporter.js';
export { OtlpMetricExporter, type OtlpMetricExporterOptions } from './otlp/otlp-metric-exporter.js';
export type { OtlpTemporalityOptions } from './otlp/otlp-metrics.js';
export { OtlpSpanExporter, type OtlpSpanExporterOptions } from './otlp/otlp-span-exporter.js';
export type { GrpcExportOptions } from './otlp-grpc/grpc-export.js';
export type { GrpcPackage } from './otlp-grpc/grpc-package.js';
export {
  OtlpGrpcLogExporter,
  type OtlpGrpcLogExporterOptions,
} from './otlp-grpc/otlp-grpc-log-exporter.js';
export {
  OtlpGrpcMetricExporter,
  type OtlpGrpcMetricExporterOptions,
} from './otlp-grpc/otlp-grpc-metric-exporter.js';
export {
  OtlpGrpcSpanExporter,
  type OtlpGrpcSpanExporterOptions,
} from './otlp-grpc/otlp-grpc-span-exporter.js';
export {
  type PrometheusScrape,
  type PrometheusScrapeOptions,
  scrapePrometheus,
} from './prometheus/scrape.js';
export {
  AggregationTemporality,
  DataPointType,
  type ExponentialBuckets,
  type InstrumentType,
  type ReadableDataPoint,
  type ReadableExemplar,
  type ReadableExponentialHistogram,
  type ReadableHistogram,
  type ReadableMetric,
  type ReadableMetricDescriptor,
  type ReadableMetricOf,
  type ReadableMetrics,
  type ReadableScopeMetrics,
  type ReadableSum,
} from './readable-metrics.js';
export type { SpanBatch, SpanExporter } from './span-exporter.js';
export type { ExporterTlsOptions } from './transport/agents.js';
export type { ExporterRetryOptions } from './transport/retry-policy.js';
export {
  ZipkinSpanExporter,
  type ZipkinSpanExporterOptions,
} from './zipkin/zipkin-span-exporter.js';
