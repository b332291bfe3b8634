import type { AnyValue, SpanRecord } from '../analysis/span-record.js';
import type { TraceColumns } from '../analysis/trace-columns.js';

/**
 * A trace that is searched. What costs time to find out is asked for only if a query needs it. A query
 * remembers what it found out about such an object, so make a new one when the trace has changed.
 */
export interface SearchedTrace {
  readonly columns: TraceColumns;
  /** The row of the main root. */
  readonly rootRow: number;
  /** The end of running spans, in nanoseconds after the base of the trace. */
  readonly nowNanos: number;
  /** The attribute of a span, of its resource, or of one of its events. @default none */
  readonly attributeOf?: (row: number, key: string) => AnyValue | undefined;
  /** @default false */
  readonly hasLogs?: (row: number) => boolean;
  /** The kinds of the findings of the trace. @default none */
  readonly findings?: () => readonly string[];
  /** The calls between nodes of the service graph, by their labels. @default none */
  readonly edges?: () => readonly SearchedEdge[];
  /** The number of the start of the application. @default none */
  readonly run?: number;
}

/** A call of a searched trace. */
export interface SearchedEdge {
  readonly from: string;
  readonly to: string;
  readonly isFailed: boolean;
}

/** An attribute of a span, of its resource, or of the first of its events that has it. */
export function attributeOfSpan(
  { attributes, resource, events }: SpanRecord,
  key: string,
): AnyValue | undefined {
  const own = attributes?.[key] ?? resource?.attributes[key];
  if (own !== undefined) return own;
  return events?.find((event) => event.attributes?.[key] !== undefined)?.attributes?.[key];
}

/** Whether a span of a trace fits. */
export type RowTest = (trace: SearchedTrace, row: number) => boolean;

/** A test with what it costs: 0 reads columns, 1 scans texts, 2 decodes attributes, 3 analyses the trace. */
export interface Costed<Test> {
  readonly test: Test;
  readonly cost: number;
}
