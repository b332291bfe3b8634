/**
 * How far a trace has arrived.
 *
 * - `arriving`: a span came in the last two seconds.
 * - `complete`: no span came for two seconds, and no parent is missing.
 * - `incomplete`: no span came for five seconds, and spans name a parent that has not arrived. Between two
 *   and five seconds such a trace is still `arriving`.
 */
export type TraceState = 'arriving' | 'complete' | 'incomplete';

/** A trace in a list. */
export interface TraceRow {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** The name of its root span, or of the span that started first where the root has not arrived. */
  readonly name: string;
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
  readonly failedCount: number;
  readonly logCount: number;
  readonly state: TraceState;
  /** The spans whose parent has not arrived. */
  readonly orphanCount: number;
  /** The circles of parents that were cut. */
  readonly cycleCount: number;
  readonly isStarred: boolean;
}
