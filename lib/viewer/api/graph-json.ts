import type { GraphCounts } from '../analysis/call-counts.js';
import type { GraphNodeType } from '../analysis/graph-calls.js';

/** The answer of `GET /api/graph`: the calls between services in the last minutes. */
export interface GraphJson {
  readonly nodes: readonly GraphNodeJson[];
  readonly edges: readonly GraphEdgeJson[];
  /** The length of the time, in minutes. */
  readonly minutes: number;
  /** The time, in epoch milliseconds; its end is in the future by up to five seconds. */
  readonly fromMillis: number;
  readonly toMillis: number;
  /** The width of each of {@link GraphNodeJson.calls}. */
  readonly columnSeconds: number;
  /** When the latest call was, in epoch milliseconds, exact to five seconds; not there without calls. */
  readonly latestMillis?: number;
  /** The calls that were left out because there are too many edges. */
  readonly omittedCallCount: number;
  /** The traces that are not counted: they were dropped, to make room, before there was time. */
  readonly omittedTraceCount: number;
  /** The number of changes of the graph; the event `graph` has it too. */
  readonly revision: number;
}

/** A node with the calls that it received. */
export interface GraphNodeJson extends GraphCounts {
  /** The type and the label. */
  readonly id: string;
  readonly type: GraphNodeType;
  readonly label: string;
  /** Its calls in parts of the time, 60 at most. */
  readonly calls: readonly number[];
}

/** The calls from one node to another. */
export interface GraphEdgeJson extends GraphCounts {
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  readonly isMessage: boolean;
}

/** The event `graph` of `GET /api/stream`: the graph has changed. */
export interface GraphEventJson {
  readonly revision: number;
}
