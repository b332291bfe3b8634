import { callIdsOf } from '../../analysis/call-ids.js';
import { isFailed } from '../../analysis/root-cause.js';
import { durationOf, type TraceTree } from '../../analysis/trace-tree.js';
import { MAX_EQUAL_SIBLINGS } from '../../formats/tree-lines.js';

/** Equal siblings that share a node: `118 × SELECT items`. */
export interface SiblingGroup {
  /** By start. */
  readonly rows: Uint32Array;
  readonly leastNanos: number;
  readonly mostNanos: number;
  readonly sumNanos: number;
  /** The end of the one that ended last, in nanoseconds after the base. */
  readonly lastEnd: number;
}

/**
 * The tree that the waterfall shows: the rows of a trace, and a node for each group of more than 20 siblings
 * with equal service, name and kind, with the siblings below it. Nodes are in pre-order; the index of a node in
 * this order is its position. All is in typed arrays, because a trace can have 100,000 rows.
 */
export interface DisplayTree {
  readonly tree: TraceTree;
  /** The number of nodes. */
  readonly count: number;
  /** By position: a row, or from `tree.rowCount` on a group of {@link groups}. */
  readonly nodes: Uint32Array;
  /** By node: its position. */
  readonly positions: Uint32Array;
  /** By position: the position of the parent; -1 at the top. */
  readonly parents: Int32Array;
  /** By position: the number of nodes from the node to the last one below it. */
  readonly sizes: Uint32Array;
  /** By position: how many levels are above. */
  readonly levels: Uint32Array;
  /** By position: its place among its siblings, from 1, and how many they are. */
  readonly siblingIndexes: Uint32Array;
  readonly siblingCounts: Uint32Array;
  readonly groups: readonly SiblingGroup[];
}

/** Makes the tree to show. */
export function displayTreeOf(tree: TraceTree): DisplayTree {
  const { rowCount, childOffsets, children } = tree;
  const capacity = rowCount + Math.floor(rowCount / MAX_EQUAL_SIBLINGS);
  const groups: SiblingGroup[] = [];
  const folder = new SiblingFolder(tree, groups);
  const nodes = new Uint32Array(capacity);
  const parents = new Int32Array(capacity);
  // A node is on the stack once, so both stacks fit.
  const pendingNodes = new Uint32Array(capacity);
  const pendingParents = new Int32Array(capacity);
  let pendingCount = 0;
  const push = (siblings: ArrayLike<number>, parent: number): void => {
    for (let i = siblings.length - 1; i >= 0; i--) {
      pendingNodes[pendingCount] = siblings[i] as number;
      pendingParents[pendingCount++] = parent;
    }
  };
  push(folder.fold(Uint32Array.from(tree.roots)), -1);
  let count = 0;
  while (pendingCount > 0) {
    const node = pendingNodes[--pendingCount] as number;
    nodes[count] = node;
    parents[count] = pendingParents[pendingCount] as number;
    const group = groups[node - rowCount];
    push(
      group === undefined
        ? folder.fold(children.subarray(childOffsets[node], childOffsets[node + 1]))
        : group.rows,
      count,
    );
    count++;
  }
  return withMeasures(tree, groups, nodes.subarray(0, count), parents.subarray(0, count));
}

/** The group at a position; undefined for a span. */
export function groupAt(display: DisplayTree, position: number): SiblingGroup | undefined {
  return display.groups[(display.nodes[position] as number) - display.tree.rowCount];
}

/** The row of the span at a position; of a group its first row. */
export function rowAt(display: DisplayTree, position: number): number {
  return groupAt(display, position)?.rows[0] ?? (display.nodes[position] as number);
}

/** Whether something is below a position. */
export function hasBelow({ sizes }: DisplayTree, position: number): boolean {
  return (sizes[position] as number) > 1;
}

function withMeasures(
  tree: TraceTree,
  groups: readonly SiblingGroup[],
  nodes: Uint32Array,
  parents: Int32Array,
): DisplayTree {
  const count = nodes.length;
  const positions = new Uint32Array(tree.rowCount + groups.length);
  const sizes = new Uint32Array(count).fill(1);
  const levels = new Uint32Array(count);
  const siblingIndexes = new Uint32Array(count);
  const siblingCounts = new Uint32Array(count);
  /** By the position of a parent plus one: the children so far. */
  const childCounts = new Uint32Array(count + 1);
  for (let position = 0; position < count; position++) {
    const parent = parents[position] as number;
    positions[nodes[position] as number] = position;
    levels[position] = parent === -1 ? 0 : (levels[parent] as number) + 1;
    childCounts[parent + 1] = (childCounts[parent + 1] as number) + 1;
    siblingIndexes[position] = childCounts[parent + 1] as number;
  }
  for (let position = count - 1; position >= 0; position--) {
    const parent = parents[position] as number;
    siblingCounts[position] = childCounts[parent + 1] as number;
    if (parent !== -1) {
      sizes[parent] = (sizes[parent] as number) + (sizes[position] as number);
    }
  }
  return {
    tree,
    count,
    nodes,
    positions,
    parents,
    sizes,
    levels,
    siblingIndexes,
    siblingCounts,
    groups,
  };
}

/** Replaces equal siblings by groups. */
class SiblingFolder {
  readonly #tree: TraceTree;
  readonly #groups: SiblingGroup[];
  readonly #ids: Uint32Array;
  /** By call id: how many siblings have it, while one list of siblings is folded. */
  readonly #counts: Uint32Array;
  /** By call id: the group for it plus one. */
  readonly #groupOfId: Uint32Array;

  constructor(tree: TraceTree, groups: SiblingGroup[]) {
    const { ids, count } = callIdsOf(tree);
    this.#tree = tree;
    this.#groups = groups;
    this.#ids = ids;
    this.#counts = new Uint32Array(count);
    this.#groupOfId = new Uint32Array(count);
  }

  /** @returns the siblings with groups at the place of their first row; failed spans keep their own lines */
  fold(siblings: Uint32Array): ArrayLike<number> {
    if (siblings.length <= MAX_EQUAL_SIBLINGS) return siblings;
    let hasGroups = false;
    for (const row of siblings) {
      const id = this.#ids[row] as number;
      if (!isFailed(this.#tree, row)) {
        this.#counts[id] = (this.#counts[id] as number) + 1;
        hasGroups ||= (this.#counts[id] as number) > MAX_EQUAL_SIBLINGS;
      }
    }
    const folded = hasGroups ? this.#withGroups(siblings) : siblings;
    for (const row of siblings) {
      this.#counts[this.#ids[row] as number] = 0;
      this.#groupOfId[this.#ids[row] as number] = 0;
    }
    return folded;
  }

  #withGroups(siblings: Uint32Array): number[] {
    const nodes: number[] = [];
    const rowsOfGroups: number[][] = [];
    for (const row of siblings) {
      const id = this.#ids[row] as number;
      if (isFailed(this.#tree, row) || (this.#counts[id] as number) <= MAX_EQUAL_SIBLINGS) {
        nodes.push(row);
        continue;
      }
      if (this.#groupOfId[id] === 0) {
        nodes.push(this.#tree.rowCount + this.#groups.length + rowsOfGroups.length);
        this.#groupOfId[id] = rowsOfGroups.push([]);
      }
      rowsOfGroups[(this.#groupOfId[id] as number) - 1]?.push(row);
    }
    for (const rows of rowsOfGroups) this.#groups.push(this.#measure(Uint32Array.from(rows)));
    return nodes;
  }

  #measure(rows: Uint32Array): SiblingGroup {
    let leastNanos = Infinity;
    let mostNanos = 0;
    let sumNanos = 0;
    let lastEnd = -Infinity;
    for (const row of rows) {
      const nanos = durationOf(this.#tree, row);
      leastNanos = Math.min(leastNanos, nanos);
      mostNanos = Math.max(mostNanos, nanos);
      sumNanos += nanos;
      lastEnd = Math.max(lastEnd, this.#tree.ends[row] as number);
    }
    return { rows, leastNanos, mostNanos, sumNanos, lastEnd };
  }
}
