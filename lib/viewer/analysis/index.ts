export { analyse, type TraceAnalysis } from './analyse.js';
export { type Assembly, type AssemblyInput, assembleParents } from './assembly.js';
export { toleranceOf, Wait, waitsOf } from './blocking.js';
export type { DurationSummary, GraphCounts } from './call-counts.js';
export { type ClockCorrection, type ClockSkew, measureClocks } from './clock-skew.js';
export {
  columnsFromSpans,
  type TraceOfRecords,
  traceResourceOf,
  tracesFromSpans,
} from './columns-from-spans.js';
export { type ComparedNode, type Comparison, compareTraces } from './compare.js';
export { type CriticalPath, criticalPathOf, pathBelowOf } from './critical-path.js';
export { counted, formatNanos, formatPart } from './durations.js';
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
export type { Finding, FindingKind } from './findings/finding.js';
export type { FindingContext, RunningRequest, UsualDuration } from './findings/finding-context.js';
export { contextFindingsOf, findingsOf } from './findings/findings.js';
export {
  callPathOf,
  type FlameNode,
  type FlameTree,
  flameTreeOf,
  leftHeavy,
} from './flame-tree.js';
export {
  type GraphCall,
  type GraphCallOptions,
  type GraphNode,
  type GraphNodeType,
  graphCallsOf,
} from './graph-calls.js';
export { headlineOf, type Sentence, type SentenceKind } from './headline.js';
export { LogHistogram } from './histogram.js';
export { failureChain, failuresOf, isFailed } from './root-cause.js';
export { answerOf, codeOf, errorOf, lineOf, placeOf, titleOf } from './row-texts.js';
export { selfTimesOf } from './self-time.js';
export {
  BUCKET_COUNT,
  BUCKET_SECONDS,
  bucketOf,
  contributionBytes,
  type GraphContribution,
  type GraphEdge,
  type GraphNodeCounts,
  type GraphSnapshot,
  ServiceGraph,
} from './service-graph.js';
export { CallSignatures } from './signature.js';
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
export {
  durationOf,
  isMissing,
  isRowRunning,
  rowKind,
  rowName,
  rowService,
  type TraceTree,
  type TreeOptions,
  treeOf,
} from './trace-tree.js';
