import { toleranceOf, Wait } from './blocking.js';
import type { TraceTree } from './trace-tree.js';

/**
 * The critical path of a trace: the spans that its duration consists of. Segment `i` says that from
 * `froms[i]` to `tos[i]` the trace waited for `rows[i]` itself. Segments are in the order of time, touch
 * each other, and fill the time of the root exactly.
 */
export interface CriticalPath {
  readonly rows: Uint32Array;
  /** Nanoseconds after the base of the trace. */
  readonly froms: Float64Array;
  readonly tos: Float64Array;
  /** The time of each row on the path, in nanoseconds: the most that making it faster can save. */
  readonly pathNanos: Float64Array;
}

/** A span on the way from the root to the span that is looked at. */
interface Frame {
  readonly row: number;
  /** The path does not go before this time here. */
  readonly from: number;
  /** When the path came here: children that were running by then count until then. */
  readonly end: number;
  readonly tolerance: number;
  /** The children that are waited for, by their end. */
  readonly children: readonly number[];
  /** The number of `children` that have not been looked at. */
  left: number;
}

/**
 * Computes the critical path below a root.
 *
 * It is read from the end: of the children that had ended by then, the span waited for the one that ended
 * last; what is between its end and then is the span's own time; it goes on from the start of that child.
 * Each child is looked at once, so the path takes O(n log n). After CRISP (Zhang et al., USENIX ATC 2022).
 *
 * @param waits of `waitsOf`
 * @param root @default the main root of the tree
 */
export function criticalPathOf(
  tree: TraceTree,
  waits: Uint8Array,
  root: number = tree.mainRoot,
): CriticalPath {
  const { starts, ends } = tree;
  const segments = new Segments(tree.rowCount);
  if (root === -1) return segments.build();
  let now = ends[root] as number;
  const stack: Frame[] = [frameOf(tree, waits, root, starts[root] as number, now)];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = nextChild(frame, ends, now);
    if (child === undefined) {
      segments.add(frame.row, frame.from, now);
      now = Math.min(now, frame.from);
      stack.pop();
      continue;
    }
    const from = Math.max(starts[child] as number, frame.from);
    const end = Math.min(ends[child] as number, now);
    // A child of no duration within its parent's time is not on the path.
    if (end <= from) continue;
    segments.add(frame.row, end, now);
    now = end;
    stack.push(frameOf(tree, waits, child, from, end));
  }
  return segments.build();
}

/** The time of each row with all rows below it on the path, in nanoseconds. */
export function pathBelowOf(
  { preOrder, parents, rowCount }: TraceTree,
  { pathNanos }: CriticalPath,
): Float64Array {
  const sums = pathNanos.slice();
  for (let i = rowCount - 1; i >= 0; i--) {
    const row = preOrder[i] as number;
    const parent = parents[row] as number;
    if (parent !== -1) sums[parent] = (sums[parent] as number) + (sums[row] as number);
  }
  return sums;
}

/** Takes the child that ended last, by now; those that ended later ran beside what is on the path. */
function nextChild(frame: Frame, ends: Float64Array, now: number): number | undefined {
  while (frame.left > 0) {
    const child = frame.children[--frame.left] as number;
    const end = Math.min(ends[child] as number, frame.end);
    if (end <= now + frame.tolerance) return child;
  }
  return undefined;
}

function frameOf(
  tree: TraceTree,
  waits: Uint8Array,
  row: number,
  from: number,
  end: number,
): Frame {
  const { childOffsets, children, ends } = tree;
  const last = childOffsets[row + 1] as number;
  const endOf = (child: number): number => Math.min(ends[child] as number, end);
  const waited: number[] = [];
  let isSorted = true;
  let previousEnd = -Infinity;
  // From the last start to the first: of equal ends, the earlier start comes last and is taken first.
  for (let i = last - 1; i >= (childOffsets[row] as number); i--) {
    const child = children[i] as number;
    if (waits[child] !== Wait.WAITED) continue;
    const childEnd = endOf(child);
    if (childEnd < previousEnd) isSorted = false;
    previousEnd = childEnd;
    waited.push(child);
  }
  if (!isSorted) waited.sort((a, b) => endOf(a) - endOf(b));
  const tolerance = toleranceOf(tree, row);
  return { row, from, end, tolerance, children: waited, left: waited.length };
}

/** Collects segments from the last to the first. */
class Segments {
  readonly #rows: number[] = [];
  readonly #froms: number[] = [];
  readonly #tos: number[] = [];
  readonly #rowCount: number;

  constructor(rowCount: number) {
    this.#rowCount = rowCount;
  }

  add(row: number, from: number, to: number): void {
    if (to <= from) return;
    const last = this.#rows.length - 1;
    if (this.#rows[last] === row && this.#froms[last] === to) {
      this.#froms[last] = from;
      return;
    }
    this.#rows.push(row);
    this.#froms.push(from);
    this.#tos.push(to);
  }

  build(): CriticalPath {
    const pathNanos = new Float64Array(this.#rowCount);
    const rows = Uint32Array.from(this.#rows).reverse();
    const froms = Float64Array.from(this.#froms).reverse();
    const tos = Float64Array.from(this.#tos).reverse();
    rows.forEach((row, i) => {
      pathNanos[row] = (pathNanos[row] as number) + (tos[i] as number) - (froms[i] as number);
    });
    return { rows, froms, tos, pathNanos };
  }
}
