export { BatchSpanProcessor, type BatchSpanProcessorOptions } from './batch-span-processor.js';
export type { ExporterHealth } from './delivery-record.js';
export { type PipelineState, pipelineStateOf } from './export-pipeline.js';
export { type RedactionOptions, Redactor } from './redaction/redactor.js';
export { SimpleSpanProcessor, type SimpleSpanProcessorOptions } from './simple-span-processor.js';
export { SpanProcessors } from './span-processors.js';
export type { TailSamplingOptions } from './tail-sampling/tail-sampling-options.js';
export { TailSamplingProcessor } from './tail-sampling/tail-sampling-processor.js';
