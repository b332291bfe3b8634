import type { ComparedNode, Comparison } from '../../analysis/compare.js';

/** A row of the comparison. */
export interface CompareRow {
  readonly node: ComparedNode;
  /** From 1. */
  readonly level: number;
  readonly position: number;
  readonly setSize: number;
  readonly hasChildren: boolean;
  readonly isExpanded: boolean;
  /** Identifies the call path, also in another comparison of traces of this kind. */
  readonly key: string;
}

/** The rows that fit into a page without making it slow; the others can be seen by expanding less. */
const MAX_ROWS = 2_000;

/** The rows to show, and whether some were left out. */
export interface CompareRows {
  readonly rows: readonly CompareRow[];
  readonly omittedCount: number;
}

/**
 * The rows of the tree, in the order of the traces.
 *
 * @param collapsed the keys of the rows whose children are hidden
 */
export function treeRows({ roots }: Comparison, collapsed: ReadonlySet<string>): CompareRows {
  const rows: CompareRow[] = [];
  const pending = siblingsOf(roots, 1, '').reverse();
  let omittedCount = 0;
  for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
    const isExpanded = row.hasChildren && !collapsed.has(row.key);
    if (rows.length < MAX_ROWS) rows.push({ ...row, isExpanded });
    else omittedCount++;
    if (isExpanded) {
      pending.push(...siblingsOf(ordered(row.node.children), row.level + 1, row.key).reverse());
    }
  }
  return { rows, omittedCount };
}

/** The keys of all rows that have rows below them. */
export function innerKeys({ roots }: Comparison): Set<string> {
  const keys = new Set<string>();
  const pending = siblingsOf(roots, 1, '');
  for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
    if (row.hasChildren) keys.add(row.key);
    pending.push(...siblingsOf(ordered(row.node.children), row.level + 1, row.key));
  }
  return keys;
}

/** The call paths that differ, those that differ most first, without their tree. */
export function listRows({ byDifference }: Comparison): CompareRows {
  const differing = byDifference.filter(
    ({ pathDelta, callDelta, failedDelta }) =>
      Math.abs(pathDelta) >= 1 || callDelta !== 0 || failedDelta !== 0,
  );
  const rows = differing.slice(0, MAX_ROWS).map((node, i) => ({
    node,
    level: 1,
    position: i + 1,
    setSize: differing.length,
    hasChildren: false,
    isExpanded: false,
    key: String(i),
  }));
  return { rows, omittedCount: differing.length - rows.length };
}

/**
 * The keys of all rows below which nothing differs: what to collapse at first.
 *
 * @param minNanos a smaller difference of times counts as none
 */
export function equalParts({ roots }: Comparison, minNanos: number): Set<string> {
  const nodes: { readonly node: ComparedNode; readonly key: string; readonly parent: number }[] =
    [];
  const keysOf = (siblings: readonly ComparedNode[], key: string, parent: number): void => {
    for (const row of siblingsOf(siblings, 1, key)) {
      nodes.push({ node: row.node, key: row.key, parent });
    }
  };
  keysOf(roots, '', -1);
  for (let i = 0; i < nodes.length; i++) {
    const { node, key } = nodes[i] as (typeof nodes)[number];
    keysOf(ordered(node.children), key, i);
  }
  const differs = new Array<boolean>(nodes.length).fill(false);
  const collapsed = new Set<string>();
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { node, key, parent } = nodes[i] as (typeof nodes)[number];
    if (!differs[i] && node.children.length > 0) collapsed.add(key);
    const { pathDelta, callDelta, failedDelta } = node;
    const isDifferent = Math.abs(pathDelta) >= minNanos || callDelta !== 0 || failedDelta !== 0;
    if ((isDifferent || differs[i]) && parent !== -1) differs[parent] = true;
  }
  return collapsed;
}

function ordered(nodes: readonly ComparedNode[]): ComparedNode[] {
  const startOf = ({ a, b }: ComparedNode): number => a?.firstStart ?? b?.firstStart ?? 0;
  return nodes.toSorted((x, y) => startOf(x) - startOf(y));
}

type Sibling = Omit<CompareRow, 'isExpanded'>;

function siblingsOf(nodes: readonly ComparedNode[], level: number, parentKey: string): Sibling[] {
  return nodes.map((node, i) => ({
    node,
    level,
    position: i + 1,
    setSize: nodes.length,
    hasChildren: node.children.length > 0,
    key: `${parentKey}/${i}`,
  }));
}
