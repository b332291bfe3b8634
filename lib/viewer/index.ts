/** The entry point `nestjs-traced/viewer`: the trace viewer of an application, and traces as text. */
export {
  type AnyAttributes,
  type AnyValue,
  type EventRecord,
  type LinkRecord,
  type ResourceRecord,
  type ScopeRecord,
  SpanKind as SpanRecordKind,
  type SpanRecord,
  SpanStatus as SpanRecordStatus,
} from './analysis/index.js';
export {
  FormatError,
  type ReadSpans,
  readJaegerJson,
  readOtlpJson,
  type SpansTextOptions,
  spansAsText,
  writeOtlpJson,
} from './formats/index.js';
export { TracingViewerModule } from './module/viewer.module.js';
export type { TracingViewerOptions } from './module/viewer-options.js';
export type { ViewerSourceOptions } from './source/source-options.js';
