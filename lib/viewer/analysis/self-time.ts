import { Wait } from './blocking.js';
import type { TraceTree } from './trace-tree.js';

/**
 * The time of each row that it did not spend waiting for its children, in nanoseconds: its duration
 * without the time in which a child that it waits for was running. It is the row's own work, or work that
 * has no span.
 *
 * @param waits of `waitsOf`
 */
export function selfTimesOf(tree: TraceTree, waits: Uint8Array): Float64Array {
  const { rowCount, starts, ends, childOffsets, children } = tree;
  const selfNanos = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const end = ends[row] as number;
    let coveredUntil = starts[row] as number;
    let self = 0;
    // Children are in the order of their starts, so one pass finds the gaps between them.
    for (let i = childOffsets[row] as number; i < (childOffsets[row + 1] as number); i++) {
      const child = children[i] as number;
      if (waits[child] !== Wait.WAITED) continue;
      const from = Math.min(starts[child] as number, end);
      if (from > coveredUntil) self += from - coveredUntil;
      coveredUntil = Math.max(coveredUntil, Math.min(ends[child] as number, end));
    }
    selfNanos[row] = self + end - coveredUntil;
  }
  return selfNanos;
}
