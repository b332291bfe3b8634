import { callIdsOf } from '../analysis/call-ids.js';
import { isFailed } from '../analysis/root-cause.js';
import { durationOf, type TraceTree } from '../analysis/trace-tree.js';

/** A line of a drawn tree: a span, or many equal siblings. */
export interface TreeLine {
  readonly row: number;
  /** The line of the parent; undefined at the top. */
  readonly parent: TreeLine | undefined;
  /** Whether it is the last of its parent's lines. */
  readonly isLast: boolean;
  /** The siblings that the line stands for, without those below them. @default the row only */
  readonly folded?: FoldedSiblings;
}

/** Siblings with equal service, name and kind. */
export interface FoldedSiblings {
  readonly rows: readonly number[];
  readonly leastNanos: number;
  readonly mostNanos: number;
  readonly sumNanos: number;
}

/** More equal siblings than this become one line. */
export const MAX_EQUAL_SIBLINGS = 20;

/**
 * The lines of a drawn tree, each after its parent. More than 20 equal siblings become one line at the
 * place of the first; failed ones keep their own lines.
 *
 * @param maxLines stop after so many lines
 */
export function treeLines(tree: TraceTree, maxLines: number): TreeLine[] {
  const lines: TreeLine[] = [];
  const pending: TreeLine[] = [];
  const { ids } = callIdsOf(tree);
  pushLines(tree, tree.roots, undefined, ids, pending);
  for (let line = pending.pop(); line !== undefined; line = pending.pop()) {
    lines.push(line);
    if (lines.length >= maxLines) break;
    if (line.folded !== undefined) continue;
    const { childOffsets, children } = tree;
    const below = children.subarray(
      childOffsets[line.row] as number,
      childOffsets[line.row + 1] as number,
    );
    pushLines(tree, below, line, ids, pending);
  }
  return lines;
}

/** Adds the lines of siblings to those that are pending, the first one last. */
function pushLines(
  tree: TraceTree,
  siblings: ArrayLike<number>,
  parent: TreeLine | undefined,
  ids: Uint32Array,
  pending: TreeLine[],
): void {
  const entries = foldEqual(tree, siblings, ids);
  for (let i = entries.length - 1; i >= 0; i--) {
    const rows = entries[i] as readonly number[];
    const line = { row: rows[0] as number, parent, isLast: i === entries.length - 1 };
    pending.push(rows.length === 1 ? line : { ...line, folded: measure(tree, rows) });
  }
}

/** Each entry is one row, or the rows of equal siblings. */
function foldEqual(
  tree: TraceTree,
  siblings: ArrayLike<number>,
  ids: Uint32Array,
): (readonly number[])[] {
  const rows = Array.from(siblings);
  if (rows.length <= MAX_EQUAL_SIBLINGS) return rows.map((row) => [row]);
  const groups = new Map<number, number[]>();
  const entries: (readonly number[])[] = [];
  const groupsOfRows = rows.map((row) => {
    // Failed siblings are not equal to any other one.
    const key = isFailed(tree, row) ? -1 - row : (ids[row] as number);
    const group = groups.get(key) ?? [];
    if (group.length === 0) groups.set(key, group);
    group.push(row);
    return group;
  });
  groupsOfRows.forEach((group, i) => {
    const row = rows[i] as number;
    if (group.length <= MAX_EQUAL_SIBLINGS) entries.push([row]);
    else if (group[0] === row) entries.push(group);
  });
  return entries;
}

function measure(tree: TraceTree, rows: readonly number[]): FoldedSiblings {
  let leastNanos = Infinity;
  let mostNanos = 0;
  let sumNanos = 0;
  for (const row of rows) {
    const nanos = durationOf(tree, row);
    leastNanos = Math.min(leastNanos, nanos);
    mostNanos = Math.max(mostNanos, nanos);
    sumNanos += nanos;
  }
  return { rows, leastNanos, mostNanos, sumNanos };
}

/** Deeper lines have the same indentation: traces can have a thousand levels. */
const MAX_DRAWN_LEVELS = 20;

/** The branches before the title of a line. */
export function branchOf(line: TreeLine): string {
  if (line.parent === undefined) return '';
  return indentOf(line.parent) + (line.isLast ? '└─ ' : '├─ ');
}

/** The branches before what stands below a line: its children and its error. */
export function indentOf(line: TreeLine): string {
  let text = '';
  let level: TreeLine = line;
  for (let count = 0; level.parent !== undefined; level = level.parent) {
    if (++count > MAX_DRAWN_LEVELS) return `…${text}`;
    text = (level.isLast ? '   ' : '│  ') + text;
  }
  return text;
}
