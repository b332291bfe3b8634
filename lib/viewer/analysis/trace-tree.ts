import { type ClockCorrection, measureClocks } from './clock-skew.js';
import { SpanKind } from './span-record.js';
import { isRunning, nameOf, RowFlag, serviceOf, type TraceColumns } from './trace-columns.js';

/** Options of {@link treeOf}. */
export interface TreeOptions {
  /**
   * The end of spans that are running, in nanoseconds after the base of the trace. A span that starts later
   * ends when it starts. @default the last time in the trace
   */
  readonly nowNanos?: number;
  /** Whether to correct clocks of hosts that differ. @default true */
  readonly correctClocks?: boolean;
}

/**
 * The spans of a trace as a tree, with the times that all results count in. Rows from `trace.spanCount` on
 * take the place of parents that have not arrived: one for each missing id, from the first start to the
 * last end of its children.
 */
export interface TraceTree {
  readonly trace: TraceColumns;
  /** The rows of the trace and of missing parents. */
  readonly rowCount: number;
  /** The row of each parent; -1 at the top. */
  readonly parents: Int32Array;
  /** Nanoseconds after the base, corrected. */
  readonly starts: Float64Array;
  /** As {@link starts}; never before the start. Running spans end now. */
  readonly ends: Float64Array;
  /** The children of row `i`, by start: `children` from `childOffsets[i]` to `childOffsets[i + 1]`. */
  readonly childOffsets: Uint32Array;
  readonly children: Uint32Array;
  /** All rows, each before its children, siblings by start; the tree of {@link mainRoot} first. */
  readonly preOrder: Uint32Array;
  /** How many levels are above each row. */
  readonly depths: Uint32Array;
  /** The rows without a parent: {@link mainRoot} first, then by start. */
  readonly roots: readonly number[];
  /** The row that the trace is about: a span without a parent that started first; -1 without spans. */
  readonly mainRoot: number;
  /** The ids of the missing parents, beside the rows from `trace.spanCount` on. */
  readonly missingParents: readonly bigint[];
  /** Hosts whose times were corrected. */
  readonly corrections: readonly ClockCorrection[];
}

const NONE = -1;

/** Makes the tree of a trace. The result does not depend on the order in which spans arrived. */
export function treeOf(trace: TraceColumns, options: TreeOptions = {}): TraceTree {
  const { spanCount } = trace;
  const { parents, missingParents, rowCount } = withMissingParents(trace);
  const starts = new Float64Array(rowCount);
  const ends = new Float64Array(rowCount);
  const corrections = fillTimes(trace, options, starts, ends);
  fillMissingTimes(parents, spanCount, starts, ends);
  const order = sortRows(trace, missingParents, starts, ends);

  const childOffsets = new Uint32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++) {
    const parent = parents[row] as number;
    if (parent !== NONE) childOffsets[parent + 1] = (childOffsets[parent + 1] as number) + 1;
  }
  for (let row = 0; row < rowCount; row++) {
    childOffsets[row + 1] = (childOffsets[row + 1] as number) + (childOffsets[row] as number);
  }
  const children = new Uint32Array(childOffsets[rowCount] as number);
  const filled = childOffsets.slice(0, rowCount);
  const tops: number[] = [];
  for (const row of order) {
    const parent = parents[row] as number;
    if (parent === NONE) {
      tops.push(row);
    } else {
      const at = filled[parent] as number;
      children[at] = row;
      filled[parent] = at + 1;
    }
  }
  const mainRoot = tops.find((row) => isTrueRoot(trace, row)) ?? tops[0] ?? NONE;
  const roots = [
    ...tops.filter((row) => row === mainRoot),
    ...tops.filter((row) => row !== mainRoot),
  ];
  const tree = {
    trace,
    rowCount,
    parents,
    starts,
    ends,
    childOffsets,
    children,
    preOrder: new Uint32Array(rowCount),
    depths: new Uint32Array(rowCount),
    roots,
    mainRoot,
    missingParents,
    corrections,
  };
  fillPreOrder(tree);
  return tree;
}

/** The time from the start to the end of a row, in nanoseconds. */
export function durationOf({ starts, ends }: TraceTree, row: number): number {
  return (ends[row] as number) - (starts[row] as number);
}

/** Whether a row is that of a parent that has not arrived. */
export function isMissing({ trace }: TraceTree, row: number): boolean {
  return row >= trace.spanCount;
}

/** The name of a row; of a missing parent what it is. */
export function rowName(tree: TraceTree, row: number): string {
  return isMissing(tree, row) ? '(parent missing)' : nameOf(tree.trace, row);
}

/** The service of a row; empty for a missing parent. */
export function rowService(tree: TraceTree, row: number): string {
  return isMissing(tree, row) ? '' : serviceOf(tree.trace, row);
}

/** Whether the span of a row is running; a missing parent is not. */
export function isRowRunning(tree: TraceTree, row: number): boolean {
  return !isMissing(tree, row) && isRunning(tree.trace, row);
}

/** The kind of a row, a `SpanKind`; UNSPECIFIED for a missing parent. */
export function rowKind({ trace }: TraceTree, row: number): number {
  return trace.kinds[row] ?? 0;
}

/** Whether a row has a mark of `RowFlag`. */
export function hasFlag({ trace }: TraceTree, row: number, flag: number): boolean {
  return ((trace.flags[row] ?? 0) & flag) !== 0;
}

function isTrueRoot({ spanCount, parentIds, flags }: TraceColumns, row: number): boolean {
  if (row >= spanCount || parentIds[row] !== 0n) return false;
  return ((flags[row] as number) & RowFlag.CYCLE_CUT) === 0;
}

function withMissingParents({ spanCount, parents, parentIds, flags }: TraceColumns): {
  parents: Int32Array;
  missingParents: bigint[];
  rowCount: number;
} {
  const rows = new Map<bigint, number>();
  const rowsOfMissing = new Int32Array(spanCount).fill(NONE);
  for (let row = 0; row < spanCount; row++) {
    if (parents[row] !== NONE || ((flags[row] as number) & RowFlag.CYCLE_CUT) !== 0) continue;
    const parentId = parentIds[row] as bigint;
    if (parentId === 0n) continue;
    const missing = rows.get(parentId) ?? spanCount + rows.size;
    rows.set(parentId, missing);
    rowsOfMissing[row] = missing;
  }
  const all = new Int32Array(spanCount + rows.size).fill(NONE);
  for (let row = 0; row < spanCount; row++) {
    const missing = rowsOfMissing[row] as number;
    all[row] = missing === NONE ? (parents[row] as number) : missing;
  }
  return { parents: all, missingParents: [...rows.keys()], rowCount: all.length };
}

function fillTimes(
  trace: TraceColumns,
  { nowNanos, correctClocks = true }: TreeOptions,
  starts: Float64Array,
  ends: Float64Array,
): readonly ClockCorrection[] {
  const { spanCount, resources } = trace;
  const { aheadNanos, corrections } = correctClocks
    ? measureClocks(trace)
    : { aheadNanos: new Float64Array(trace.resourceTable.length), corrections: [] };
  let last = 0;
  for (let row = 0; row < spanCount; row++) {
    const ahead = aheadNanos[resources[row] as number] as number;
    const start = (trace.starts[row] as number) - ahead;
    const end = (trace.ends[row] as number) - ahead;
    starts[row] = start;
    ends[row] = end;
    if (start > last) last = start;
    if (end > last) last = end;
  }
  const now = nowNanos ?? last;
  for (let row = 0; row < spanCount; row++) {
    const end = Number.isNaN(ends[row]) ? now : (ends[row] as number);
    ends[row] = Math.max(end, starts[row] as number);
  }
  return corrections;
}

function fillMissingTimes(
  parents: Int32Array,
  spanCount: number,
  starts: Float64Array,
  ends: Float64Array,
): void {
  starts.fill(Infinity, spanCount);
  ends.fill(-Infinity, spanCount);
  for (let row = 0; row < spanCount; row++) {
    const parent = parents[row] as number;
    if (parent < spanCount) continue;
    starts[parent] = Math.min(starts[parent] as number, starts[row] as number);
    ends[parent] = Math.max(ends[parent] as number, ends[row] as number);
  }
}

/** All rows by start; equal starts by longer duration, then by id and kind, never by arrival. */
function sortRows(
  { spanCount, spanIds, kinds }: TraceColumns,
  missingParents: readonly bigint[],
  starts: Float64Array,
  ends: Float64Array,
): Uint32Array {
  const missingId = (row: number): bigint => missingParents[row - spanCount] as bigint;
  const order = new Uint32Array(starts.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  return order.sort((a, b) => {
    const startDifference = (starts[a] as number) - (starts[b] as number);
    if (startDifference !== 0) return startDifference;
    const endDifference = (ends[b] as number) - (ends[a] as number);
    if (endDifference !== 0) return endDifference;
    const idA = a < spanCount ? (spanIds[a] as bigint) : missingId(a);
    const idB = b < spanCount ? (spanIds[b] as bigint) : missingId(b);
    if (idA !== idB) return idA < idB ? -1 : 1;
    return sideOf(kinds[a]) - sideOf(kinds[b]) || (kinds[a] ?? 0) - (kinds[b] ?? 0);
  });
}

/** Client before server, producer before consumer: they may share an id. */
function sideOf(kind: number | undefined): number {
  return kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER ? 0 : 1;
}

/** With an explicit stack: deep traces would overflow the call stack. */
function fillPreOrder(tree: TraceTree): void {
  const { preOrder, depths, childOffsets, children, parents, roots } = tree;
  const pending = roots.toReversed();
  let at = 0;
  for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
    preOrder[at++] = row;
    const parent = parents[row] as number;
    depths[row] = parent === NONE ? 0 : (depths[parent] as number) + 1;
    const first = childOffsets[row] as number;
    for (let i = (childOffsets[row + 1] as number) - 1; i >= first; i--) {
      pending.push(children[i] as number);
    }
  }
}
