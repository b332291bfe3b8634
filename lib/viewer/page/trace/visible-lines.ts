import type { DisplayTree } from './display-tree.js';

/** Whether a filter shows a node. */
export const Kept = {
  /** Neither it nor anything below it passes. */
  NO: 0,
  /** Something below it passes. */
  ABOVE: 1,
  /** It passes itself. */
  SELF: 2,
} as const;

/** The nodes that a filter shows: those that pass, and all above them. */
export function keptNodes(display: DisplayTree, passes: (row: number) => boolean): Uint8Array {
  const { count, nodes, parents, tree } = display;
  const kept = new Uint8Array(count);
  for (let position = count - 1; position >= 0; position--) {
    const node = nodes[position] as number;
    if (node < tree.rowCount && passes(node)) kept[position] = Kept.SELF;
    const parent = parents[position] as number;
    if (kept[position] !== Kept.NO && parent !== -1) kept[parent] = Kept.ABOVE;
  }
  return kept;
}

/**
 * The positions of the lines on the screen, in their order. What is below a collapsed node is skipped by its
 * size, so that collapsing everything does not look at each row.
 *
 * @param collapsed by position: 1 for a node that hides what is below it
 * @param kept of {@link keptNodes}. @default all
 */
export function visibleLines(
  { count, sizes }: DisplayTree,
  collapsed: Uint8Array,
  kept?: Uint8Array,
): Uint32Array {
  const lines = new Uint32Array(count);
  let lineCount = 0;
  for (let position = 0; position < count; ) {
    const isKept = kept === undefined || kept[position] !== Kept.NO;
    if (isKept) lines[lineCount++] = position;
    position += isKept && collapsed[position] === 0 ? 1 : (sizes[position] as number);
  }
  return lines.subarray(0, lineCount);
}

/** The line of a position; of a hidden one the line above which it would be. Never more than `lines.length`. */
export function lineOfPosition(lines: Uint32Array, position: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle] as number) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The nodes that are collapsed at first: groups of equal siblings. */
export function initiallyCollapsed({ count, nodes, tree }: DisplayTree): Uint8Array {
  const collapsed = new Uint8Array(count);
  for (let position = 0; position < count; position++) {
    if ((nodes[position] as number) >= tree.rowCount) collapsed[position] = 1;
  }
  return collapsed;
}

/** All nodes collapsed but those at the top, whose children stay visible; leaves are never collapsed. */
export function allCollapsed({ count, sizes, levels }: DisplayTree): Uint8Array {
  const collapsed = new Uint8Array(count);
  for (let position = 0; position < count; position++) {
    if ((sizes[position] as number) > 1 && levels[position] !== 0) collapsed[position] = 1;
  }
  return collapsed;
}

/** Opens all nodes above a position. @returns the same array if none was collapsed */
export function revealed(
  { parents }: DisplayTree,
  collapsed: Uint8Array,
  position: number,
): Uint8Array {
  let result = collapsed;
  for (let at = parents[position] as number; at !== -1; at = parents[at] as number) {
    if (result[at] === 0) continue;
    if (result === collapsed) result = collapsed.slice();
    result[at] = 0;
  }
  return result;
}

/**
 * What was collapsed, in a tree with spans that have come meanwhile. Rows keep their numbers when a trace grows;
 * a group is the same one if its first row is the same.
 */
export function carriedCollapse(
  before: DisplayTree,
  collapsed: Uint8Array,
  after: DisplayTree,
): Uint8Array {
  const result = initiallyCollapsed(after);
  const { spanCount } = before.tree.trace;
  for (let position = 0; position < before.count; position++) {
    const node = before.nodes[position] as number;
    if (node < spanCount && collapsed[position] === 1) result[after.positions[node] as number] = 1;
  }
  const openRows = new Set<number>();
  before.groups.forEach(({ rows }, index) => {
    const position = before.positions[before.tree.rowCount + index] as number;
    if (collapsed[position] === 0) openRows.add(rows[0] as number);
  });
  after.groups.forEach(({ rows }, index) => {
    if (!openRows.has(rows[0] as number)) return;
    result[after.positions[after.tree.rowCount + index] as number] = 0;
  });
  return result;
}
