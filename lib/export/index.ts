export { BatchSpanProcessor, type BatchSpanProcessorOptions } from './batch-span-processor.js';
export {
  ConsoleSpanExporter,
  type ConsoleSpanExporterOptions,
  type ConsoleStream,
} from './console/console-span-exporter.js';
export { type RenderOptions, renderTrace } from './console/render-trace.js';
export { type TraceRecord, toTraceRecord } from './console/trace-record.js';
export type { ExporterHealth } from './exporter-health.js';
export { FileSpanExporter, type FileSpanExporterOptions } from './file/file-span-exporter.js';
export { type ReplayOptions, type ReplayResult, replay } from './file/replay.js';
export { InMemorySpanExporter } from './in-memory-span-exporter.js';
export {
  JaegerExporter,
  type JaegerExporterOptions,
  type JaegerProtocol,
} from './jaeger/jaeger-exporter.js';
export { NoopSpanExporter } from './noop-span-exporter.js';
export type { OtlpHttpProtocol } from './otlp/otlp-posts.js';
export { OtlpSpanExporter, type OtlpSpanExporterOptions } from './otlp/otlp-span-exporter.js';
export type { GrpcModule } from './otlp-grpc/grpc-module.js';
export {
  OtlpGrpcSpanExporter,
  type OtlpGrpcSpanExporterOptions,
} from './otlp-grpc/otlp-grpc-span-exporter.js';
export type { PartialExportResult } from './partial-result.js';
export { type PipelineState, pipelineStateOf } from './pipeline-state.js';
export { RedactingSpanProcessor } from './redaction/redacting-span-processor.js';
export type { RedactionOptions } from './redaction/redaction-options.js';
export { Redactor } from './redaction/redactor.js';
export { SimpleSpanProcessor, type SimpleSpanProcessorOptions } from './simple-span-processor.js';
export { type ExportResult, ExportResultCode, type SpanExporter } from './span-exporter.js';
export type { HttpExportOptions } from './span-post.js';
export { runSuppressed } from './suppressed.js';
export type { TailSamplingOptions } from './tail-sampling/tail-sampling-options.js';
export { TailSamplingProcessor } from './tail-sampling/tail-sampling-processor.js';
export type { TlsOptions } from './transport/agents.js';
export type { RetryOptions } from './transport/retry-policy.js';
export { ZipkinExporter, type ZipkinExporterOptions } from './zipkin/zipkin-exporter.js';
