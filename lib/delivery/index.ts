export { type BatchProcessorOptions, DEFAULT_QUEUE_SIZE } from './batch-delivery.js';
export {
  BatchLogRecordProcessor,
  type BatchLogRecordProcessorOptions,
} from './batch-log-record-processor.js';
export { BatchSpanProcessor, type BatchSpanProcessorOptions } from './batch-span-processor.js';
export type { ExporterHealth } from './delivery-record.js';
export { type PipelineState, pipelineStateOf } from './export-pipeline.js';
export { LogEmitter } from './log-emitter.js';
export {
  PeriodicMetricReader,
  type PeriodicMetricReaderOptions,
} from './periodic-metric-reader.js';
export { type RedactionOptions, Redactor } from './redaction/redactor.js';
export type { SimpleProcessorOptions } from './simple-delivery.js';
export {
  SimpleLogRecordProcessor,
  type SimpleLogRecordProcessorOptions,
} from './simple-log-record-processor.js';
export { SimpleSpanProcessor, type SimpleSpanProcessorOptions } from './simple-span-processor.js';
export { SpanProcessors } from './span-processors.js';
export type { TailSamplingOptions } from './tail-sampling/tail-sampling-options.js';
export { TailSamplingProcessor } from './tail-sampling/tail-sampling-processor.js';
