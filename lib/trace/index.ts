export type { AttributeList } from '../context/index.js';
export { textLengthOf, toAttributeList, toAttributes } from './attribute-list.js';
export { type Clock, SystemClock } from './clock.js';
export type { ExceptionExport } from './exception-log.js';
export { type IdGenerator, RandomIdGenerator } from './id-generator.js';
export { LogRecord } from './log-record.js';
export { createLogRecordLimits, type LogRecordLimits } from './log-record-limits.js';
export type { LogRecordProcessor } from './log-record-processor.js';
export { copyLogData, type LogAttributeList } from './log-value.js';
export type { LogValue, ReadableLogRecord } from './readable-log-record.js';
export type {
  InstrumentationScope,
  ReadableSpan,
  RecordedLink,
  TimedEvent,
} from './readable-span.js';
export { RecordingSpan } from './recording-span.js';
export {
  createResource,
  mergeResourceAttributes,
  Resource,
  type ResourceOptions,
  UNKNOWN_SERVICE_NAME,
} from './resource.js';
export { createSpanLimits, type SpanLimits } from './span-limits.js';
export type { SpanEvent, SpanLink } from './span-parts.js';
export type { PipelineCounts, SpanProcessor } from './span-processor.js';
export { Tracer } from './tracer.js';
export { TracerCore, type TracerParts } from './tracer-core.js';
export { type CreateTracer, TracerProvider } from './tracer-provider.js';
export { UnsampledSpan } from './unsampled-span.js';
