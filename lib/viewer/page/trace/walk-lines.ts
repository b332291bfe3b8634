import type { DisplayTree } from './display-tree.js';

/**
 * The next position, or the one before, at which a span passes; from the end on at the beginning again.
 *
 * @param from the position to start at, which comes last itself
 * @returns -1 if no span passes
 */
export function nextPosition(
  { count, nodes, tree }: DisplayTree,
  from: number,
  direction: 1 | -1,
  passes: (row: number, position: number) => boolean,
): number {
  for (let distance = 1; distance <= count; distance++) {
    const position = (((from + direction * distance) % count) + count) % count;
    const node = nodes[position] as number;
    if (node < tree.rowCount && passes(node, position)) return position;
  }
  return -1;
}

/** The position of the same node in a tree with spans that have come meanwhile; 0 if it is gone. */
export function carriedPosition(before: DisplayTree, position: number, after: DisplayTree): number {
  const node = before.nodes[position];
  if (node === undefined) return 0;
  const group = before.groups[node - before.tree.rowCount];
  const row = group?.rows[0] ?? node;
  if (row >= before.tree.trace.spanCount) return 0;
  const same = after.positions[row] ?? 0;
  return group === undefined ? same : Math.max(0, after.parents[same] ?? 0);
}
