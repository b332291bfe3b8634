import type { CriticalPath } from '../../analysis/critical-path.js';
import type { DisplayTree } from './display-tree.js';

/**
 * When the critical path was in each node of a tree, for the bars. The path enters a span once and leaves it
 * once, so that the time in a span and all below it is one interval.
 */
export interface PathTimes {
  /** By position: from when to when the path was in the node or below; NaN for a node beside the path. */
  readonly froms: Float64Array;
  readonly tos: Float64Array;
  /** The segments of the node at position `i`: from `offsets[i]` to `offsets[i + 1]`, by time. */
  readonly offsets: Uint32Array;
  /** Indexes of segments of the path. */
  readonly segments: Uint32Array;
}

/** Finds the times of the path in each node. */
export function pathTimesOf(display: DisplayTree, path: CriticalPath): PathTimes {
  const { count, positions, parents } = display;
  const froms = new Float64Array(count).fill(NaN);
  const tos = new Float64Array(count).fill(NaN);
  const offsets = new Uint32Array(count + 1);
  path.rows.forEach((row, i) => {
    const position = positions[row] as number;
    extend(froms, tos, position, path.froms[i] as number, path.tos[i] as number);
    offsets[position + 1] = (offsets[position + 1] as number) + 1;
  });
  for (let position = count - 1; position >= 0; position--) {
    const parent = parents[position] as number;
    if (parent === -1 || Number.isNaN(froms[position])) continue;
    extend(froms, tos, parent, froms[position] as number, tos[position] as number);
  }
  for (let i = 0; i < count; i++) {
    offsets[i + 1] = (offsets[i + 1] as number) + (offsets[i] as number);
  }
  const segments = new Uint32Array(path.rows.length);
  const filled = offsets.slice(0, count);
  path.rows.forEach((row, i) => {
    const position = positions[row] as number;
    segments[filled[position] as number] = i;
    filled[position] = (filled[position] as number) + 1;
  });
  return { froms, tos, offsets, segments };
}

function extend(
  froms: Float64Array,
  tos: Float64Array,
  position: number,
  from: number,
  to: number,
): void {
  // A comparison with NaN is false.
  if (!((froms[position] as number) <= from)) froms[position] = from;
  if (!((tos[position] as number) >= to)) tos[position] = to;
}
