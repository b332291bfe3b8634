export { BatchSpanProcessor, type BatchSpanProcessorOptions } from './batch-span-processor.js';
export {
  ConsoleSpanExporter,
  type ConsoleSpanExporterOptions,
  type ConsoleStream,
} from './console/console-span-exporter.js';
export { type RenderOptions, renderTrace } from './console/render-trace.js';
export { type TraceRecord, toTraceRecord } from './console/trace-record.js';
export { InMemorySpanExporter } from './in-memory-span-exporter.js';
export { NoopSpanExporter } from './noop-span-exporter.js';
export { OtlpSpanExporter, type OtlpSpanExporterOptions } from './otlp/otlp-span-exporter.js';
export type { PartialExportResult } from './partial-result.js';
export { SimpleSpanProcessor, type SimpleSpanProcessorOptions } from './simple-span-processor.js';
export { type ExportResult, ExportResultCode, type SpanExporter } from './span-exporter.js';
export type { TlsOptions } from './transport/agents.js';
export type { RetryOptions } from './transport/retry-policy.js';
