export {
  ConsoleSpanExporter,
  type ConsoleSpanExporterOptions,
  type ConsoleStream,
} from './console/console-span-exporter.js';
export { type RenderOptions, renderTrace } from './console/render-trace.js';
export { type TraceRecord, toTraceRecord } from './console/trace-record.js';
export { FileSpanExporter, type FileSpanExporterOptions } from './file/file-span-exporter.js';
export {
  replaySpanFile,
  type SpanFileReplayOptions,
  type SpanFileReplayResult,
} from './file/replay-span-file.js';
export type { HttpExportOptions } from './http-export.js';
export { InMemorySpanExporter } from './in-memory-span-exporter.js';
export {
  type JaegerProtocol,
  JaegerSpanExporter,
  type JaegerSpanExporterOptions,
} from './jaeger/jaeger-span-exporter.js';
export { NoopSpanExporter } from './noop-span-exporter.js';
export {
  type OtlpHttpProtocol,
  OtlpSpanExporter,
  type OtlpSpanExporterOptions,
} from './otlp/otlp-span-exporter.js';
export type { GrpcPackage } from './otlp-grpc/grpc-package.js';
export {
  OtlpGrpcSpanExporter,
  type OtlpGrpcSpanExporterOptions,
} from './otlp-grpc/otlp-grpc-span-exporter.js';
export {
  type ExportControl,
  type ExportResult,
  ExportResultCode,
  type PartialExportResult,
  type SpanBatch,
  type SpanExporter,
} from './span-exporter.js';
export type { ExporterTlsOptions } from './transport/agents.js';
export type { ExporterRetryOptions } from './transport/retry-policy.js';
export {
  ZipkinSpanExporter,
  type ZipkinSpanExporterOptions,
} from './zipkin/zipkin-span-exporter.js';
