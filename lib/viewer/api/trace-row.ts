/**
 * How far a trace has arrived.
 *
 * - `running`: spans are running.
 * - `arriving`: a span came in the last two seconds.
 * - `complete`: no span came for two seconds, and no parent is missing.
 * - `incomplete`: no span came for five seconds, and spans name a parent that has not arrived. Between two
 *   and five seconds such a trace is still `arriving`. Also a trace with spans that will not end, as far as
 *   anybody knows.
 */
export type TraceState = 'running' | 'arriving' | 'complete' | 'incomplete';

/** What the sentence of a row tells. */
export type HeadlineKind =
  /** Why the trace failed. */
  | 'failed'
  /** Why it was answered with an error that is no failure, such as 404. */
  | 'refused'
  /** What it waits for. */
  | 'running'
  /** A finding, such as repeated queries. */
  | 'finding'
  /** A failure that did not reach the answer. */
  | 'handled'
  /** What took most of its time. */
  | 'slow';

/** The most important sentence about a trace. */
export interface RowHeadline {
  readonly kind: HeadlineKind;
  readonly text: string;
}

/** A trace in a list. */
export interface TraceRow {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** The name of its root span, or of the span that started first where the root has not arrived. */
  readonly name: string;
  /** The status of that span's call, such as `502` or `UNAVAILABLE`; empty for other spans. */
  readonly statusCode: string;
  /** Undefined while spans arrive, for a trace without a sentence, and until the server has computed it. */
  readonly headline?: RowHeadline;
  /** When its first span arrived, in milliseconds of the server's clock: the order "newest". */
  readonly arrivalMillis: number;
  /** The service of that span. */
  readonly service: string;
  /** Whether that span is a root. */
  readonly hasRoot: boolean;
  /** All services, in the order in which they arrived. */
  readonly services: readonly string[];
  /** Epoch nanoseconds, in decimal digits: no number of JSON holds them. */
  readonly startNanos: string;
  readonly durationNanos: number;
  readonly spanCount: number;
  /** Another number for each change of the spans: not if the trace has settled, or was starred. */
  readonly spanRevision: number;
  readonly failedCount: number;
  readonly logCount: number;
  /** `running` as long as {@link runningCount} is not 0. */
  readonly state: TraceState;
  /** The spans that are running; {@link durationNanos} is as of now if there are any. */
  readonly runningCount: number;
  /** The spans without an end that are not running: their process has gone, or their end got lost. */
  readonly silentCount: number;
  /** The number of the viewer's start in which the trace began, from 1. */
  readonly run: number;
  /** The spans whose parent has not arrived. */
  readonly orphanCount: number;
  /** The circles of parents that were cut. */
  readonly cycleCount: number;
  readonly isStarred: boolean;
}
