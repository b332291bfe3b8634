import type { TraceAnalysis } from '../analyse.js';
import { pathBelowOf } from '../critical-path.js';
import { type FlameTree, flameTreeOf } from '../flame-tree.js';
import { CallSignatures } from '../signature.js';
import { SpanKind } from '../span-record.js';
import type { TraceResource } from '../trace-columns.js';
import { rowKind } from '../trace-tree.js';

/** What is known of the traces of the same group: the same service and name of the main root. */
export interface UsualDuration {
  /** The number of traces of the group, without this one. */
  readonly sampleCount: number;
  /** The median of their durations, in nanoseconds. */
  readonly medianNanos: number;
  /** A trace of the group whose duration is the median, to name what differs. @default none */
  readonly medianTrace?: FlameTree;
}

/** A request or message that a process was working on. */
export interface RunningRequest {
  readonly traceId: string;
  readonly name: string;
}

/** What findings need to know that is not in the trace itself. */
export interface FindingContext {
  /** @default none: nothing is slower than usual */
  readonly usual?: UsualDuration;
  /**
   * The requests and messages of other traces that a process was working on at a time, in epoch nanoseconds.
   * @default none: no context counts as lost
   */
  readonly requestsAt?: (process: TraceResource, epochNanos: bigint) => readonly RunningRequest[];
}

/** What the rules share, so that it is computed once. */
export class Evidence {
  readonly analysis: TraceAnalysis;
  readonly context: FindingContext;
  readonly signatures: CallSignatures;
  /** The time of each row with all rows below it on the critical path, in nanoseconds. */
  readonly pathBelow: Float64Array;
  /** The rows of spans of kind CLIENT, by start. */
  readonly clientRows: readonly number[];
  #flame: FlameTree | undefined;

  constructor(analysis: TraceAnalysis, context: FindingContext) {
    this.analysis = analysis;
    this.context = context;
    this.signatures = new CallSignatures(analysis.tree.trace);
    this.pathBelow = pathBelowOf(analysis.tree, analysis.path);
    const { tree } = analysis;
    this.clientRows = [...tree.preOrder]
      .filter((row) => rowKind(tree, row) === SpanKind.CLIENT)
      .sort((a, b) => (tree.starts[a] as number) - (tree.starts[b] as number));
  }

  get flame(): FlameTree {
    this.#flame ??= flameTreeOf(this.analysis);
    return this.#flame;
  }

  /** The time of rows, with what is below them, on the critical path; no row may be below another. */
  pathOf(rows: readonly number[]): number {
    return rows.reduce((sum, row) => sum + (this.pathBelow[row] as number), 0);
  }
}
