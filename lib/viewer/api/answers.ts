import type { Suggestion } from '../query/suggest.js';
import type { QueryError } from '../query/tokens.js';
import type { ColumnsJson } from './columns-json.js';
import type { LogJson } from './log-json.js';
import type { TraceRow } from './trace-row.js';

/** The answer of `GET /api/traces`: a page of the list. */
export interface TraceListJson {
  readonly traces: readonly TraceRow[];
  /** The id that leads to the next page; undefined on the last one. */
  readonly after?: string;
  readonly revision: number;
  readonly counts: CountsJson;
}

/** The answer of `GET /api/traces` for a query with an error. */
export interface QueryErrorJson {
  readonly error: QueryError;
}

/** The answer of `GET /api/suggest`. */
export interface SuggestionsJson {
  readonly suggestions: readonly Suggestion[];
}

/** The answer of `POST /api/import`: the spans of the file. */
export interface ImportJson {
  readonly received: number;
  readonly refused: number;
  readonly duplicate: number;
}

/** The answer of `GET /api/traces/:id`. */
export interface TraceJson extends ColumnsJson {
  readonly row: TraceRow;
  /** The end of running spans, in nanoseconds after the base. @default the last time in the trace */
  readonly nowNanos?: number;
  readonly logs: readonly LogJson[];
}

/** A start of the viewer. */
export interface RunJson {
  /** From 1. */
  readonly run: number;
  /** Epoch milliseconds; undefined if the journal has the start no longer. */
  readonly startedEpochMillis?: number | undefined;
  /** The traces that began in it and are stored. */
  readonly traceCount: number;
}

/** The answer of `GET /api/viewer`. */
export interface ViewerJson {
  readonly version: string;
  /** The number of the current start. */
  readonly run: number;
  /** The starts that have traces, and the current one, from the first to the latest. */
  readonly runs: readonly RunJson[];
  readonly counts: CountsJson;
}

/** What came to the viewer, and what became of it. */
export interface CountsJson {
  readonly spans: Readonly<
    Record<'received' | 'stored' | 'duplicate' | 'refused' | 'evicted', number>
  >;
  readonly traces: Readonly<Record<'seen' | 'kept', number>>;
  readonly logs: Readonly<Record<'received' | 'stored' | 'evicted', number>>;
  readonly byteCount: number;
  /** How often the thread of the viewer has ended by itself and was started again. */
  readonly restarts: number;
  readonly requests: Readonly<Record<'unreadable' | 'overloaded' | 'metrics', number>>;
}

/** The events `snapshot` and `traces` of `GET /api/stream`. */
export interface TracesEventJson {
  readonly rows: readonly TraceRow[];
  readonly removed: readonly string[];
}
