export { type Assembly, type AssemblyInput, assembleParents } from './assembly.js';
export { columnsFromSpans, traceResourceOf, tracesFromSpans } from './columns-from-spans.js';
export { type CodePlace, codePlaceOf, ownFrameOf, shortPlace } from './exception-frame.js';
export { FactColumnsBuilder } from './fact-columns-builder.js';
export {
  DB_PARAMETER_PREFIX,
  EXCEPTION_EVENT,
  EXCEPTION_MESSAGE,
  EXCEPTION_STACKTRACE,
  EXCEPTION_TYPE,
  FACT_COUNT,
  FACT_KEYS,
  Fact,
  FactColumns,
  type FactKey,
  isTextFact,
  NO_FACT,
  type SpanFacts,
} from './facts.js';
export {
  type AnyAttributes,
  type AnyValue,
  type EventRecord,
  type LinkRecord,
  type ResourceRecord,
  type ScopeRecord,
  SpanKind,
  type SpanRecord,
  SpanStatus,
} from './span-record.js';
export { StringTable } from './string-table.js';
export {
  hexOfSpanId,
  isRunning,
  nameOf,
  numberOf,
  RowFlag,
  type RowLink,
  serviceOf,
  spanIdOfHex,
  type TraceColumns,
  type TraceResource,
  textOf,
} from './trace-columns.js';
