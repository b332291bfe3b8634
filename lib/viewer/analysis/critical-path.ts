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
  const stack = new PathStack(tree, waits);
  let now = ends[root] as number;
  stack.push(root, starts[root] as number, now);
  while (stack.isNotEmpty) {
    const { row, from } = stack;
    const child = stack.takeChild(now);
    if (child === -1) {
      segments.add(row, from, now);
      now = Math.min(now, from);
      stack.pop();
      continue;
    }
    const childFrom = Math.max(starts[child] as number, from);
    const end = Math.min(ends[child] as number, now);
    // A child of no duration within its parent's time is not on the path.
    if (end <= childFrom) continue;
    segments.add(row, end, now);
    now = end;
    stack.push(child, childFrom, end);
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

/**
 * The spans on the way from the root to the span that is looked at. Numbers in a few arrays instead of an
 * object for each span: a wide trace would create 100,000 of them.
 */
class PathStack {
  /** The span that is looked at; the path does not go before `from` here. */
  row = -1;
  from = 0;
  /** When the path came to the span: children that were running by then count until then. */
  #end = 0;
  #tolerance = 0;
  /** The children of the span that are waited for, by end, stand in `#pool` from here on. */
  #first = 0;
  /** Those from `#first` to here have not been looked at. */
  #left = 0;
  readonly #pool: Uint32Array;
  readonly #saved: number[] = [];
  readonly #tree: TraceTree;
  readonly #waits: Uint8Array;

  constructor(tree: TraceTree, waits: Uint8Array) {
    this.#tree = tree;
    this.#waits = waits;
    this.#pool = new Uint32Array(tree.rowCount);
  }

  get isNotEmpty(): boolean {
    return this.row !== -1;
  }

  /** Goes to a child of the span, or to the first span. */
  push(row: number, from: number, end: number): void {
    this.#saved.push(this.row, this.from, this.#end, this.#tolerance, this.#first, this.#left);
    this.row = row;
    this.from = from;
    this.#end = end;
    this.#tolerance = toleranceOf(this.#tree, row);
    // What the parent has looked at is not needed any more, and what is left of it stands before.
    this.#first = this.#left;
    this.#collectChildren();
  }

  pop(): void {
    const saved = this.#saved;
    this.#left = saved.pop() as number;
    this.#first = saved.pop() as number;
    this.#tolerance = saved.pop() as number;
    this.#end = saved.pop() as number;
    this.from = saved.pop() as number;
    this.row = saved.pop() as number;
  }

  /** Takes the child that ended last, by now; those that ended later ran beside what is on the path. */
  takeChild(now: number): number {
    const { ends } = this.#tree;
    while (this.#left > this.#first) {
      const child = this.#pool[--this.#left] as number;
      const end = Math.min(ends[child] as number, this.#end);
      if (end <= now + this.#tolerance) return child;
    }
    return -1;
  }

  #collectChildren(): void {
    const { childOffsets, children, ends } = this.#tree;
    const limit = this.#end;
    const pool = this.#pool;
    const firstChild = childOffsets[this.row] as number;
    let at = this.#first;
    let isSorted = true;
    let previousEnd = -Infinity;
    // From the last start to the first: of equal ends, the earlier start comes last and is taken first.
    for (let i = (childOffsets[this.row + 1] as number) - 1; i >= firstChild; i--) {
      const child = children[i] as number;
      if (this.#waits[child] !== Wait.WAITED) continue;
      const end = Math.min(ends[child] as number, limit);
      if (end < previousEnd) isSorted = false;
      previousEnd = end;
      pool[at++] = child;
    }
    this.#left = at;
    if (isSorted) return;
    const endOf = (child: number): number => Math.min(ends[child] as number, limit);
    pool.subarray(this.#first, at).sort((a, b) => endOf(a) - endOf(b));
  }
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
    this.#rows.push(row);
    this.#froms.push(from);
    this.#tos.push(to);
  }

  build(): CriticalPath {
    const pathNanos = new Float64Array(this.#rowCount);
    const rows = new Uint32Array(this.#rows).reverse();
    const froms = new Float64Array(this.#froms).reverse();
    const tos = new Float64Array(this.#tos).reverse();
    rows.forEach((row, i) => {
      pathNanos[row] = (pathNanos[row] as number) + (tos[i] as number) - (froms[i] as number);
    });
    return { rows, froms, tos, pathNanos };
  }
}
