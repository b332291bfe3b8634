import { waitsOf } from './blocking.js';
import { type CriticalPath, criticalPathOf } from './critical-path.js';
import { selfTimesOf } from './self-time.js';
import type { TraceColumns } from './trace-columns.js';
import { type TraceTree, type TreeOptions, treeOf } from './trace-tree.js';

/** What sentences, findings, charts and texts are made of. */
export interface TraceAnalysis {
  readonly tree: TraceTree;
  /** Whether the parent of each row waits for it, a `Wait` each. */
  readonly waits: Uint8Array;
  /** The critical path of the main root. */
  readonly path: CriticalPath;
  /** The time of each row that is its own or untraced, in nanoseconds. */
  readonly selfNanos: Float64Array;
}

/**
 * Analyses a trace. The result does not depend on the order in which spans arrived, and an analysis of
 * 100,000 spans takes a fraction of a second, however deep or wide the trace is.
 */
export function analyse(trace: TraceColumns, options: TreeOptions = {}): TraceAnalysis {
  const tree = treeOf(trace, options);
  const waits = waitsOf(tree);
  return { tree, waits, path: criticalPathOf(tree, waits), selfNanos: selfTimesOf(tree, waits) };
}
