import type { TraceAnalysis } from './analyse.js';
import { callIdsOf, pairKey } from './call-ids.js';
import { isFailed } from './root-cause.js';
import { rowKind, rowName, rowService } from './trace-tree.js';

/** All spans of a trace with the same service, name and kind, below the same node. */
export interface FlameNode {
  /** The index of the node in {@link FlameTree.nodes}. */
  readonly index: number;
  /** Undefined at the top. */
  readonly parent: FlameNode | undefined;
  readonly service: string;
  readonly name: string;
  /** A `SpanKind`. */
  readonly kind: number;
  /** In the order of their first start. */
  readonly children: readonly FlameNode[];
  readonly callCount: number;
  readonly failedCount: number;
  /** The first start of a span, in nanoseconds after the base of the trace. */
  readonly firstStart: number;
  /** Time on the critical path: of the spans themselves, and with those below. In nanoseconds. */
  readonly pathNanos: number;
  readonly pathTotalNanos: number;
  /** Own or untraced time, where work at once adds up: of the spans, and with those below. */
  readonly workNanos: number;
  readonly workTotalNanos: number;
}

/** The spans of a trace, merged along their call paths. */
export interface FlameTree {
  /** Each node before its children. */
  readonly nodes: readonly FlameNode[];
  /** The nodes without a parent; that of the main root first. */
  readonly roots: readonly FlameNode[];
  /** The index of the node of each row. */
  readonly nodeOfRow: Uint32Array;
}

type GrowingNode = {
  -readonly [Key in keyof FlameNode]: Key extends 'children' ? GrowingNode[] : FlameNode[Key];
};

/**
 * Merges the spans of a trace along their call paths.
 *
 * The widths by `pathTotalNanos` add up to the duration of the main root, those by `workTotalNanos` to all
 * the work of the trace.
 */
export function flameTreeOf(analysis: TraceAnalysis): FlameTree {
  const { tree, path, selfNanos } = analysis;
  const nodes: GrowingNode[] = [];
  const roots: GrowingNode[] = [];
  const nodeOfRow = new Uint32Array(tree.rowCount);
  const known = new Map<number, GrowingNode>();
  const { ids } = callIdsOf(tree);
  for (const row of tree.preOrder) {
    const parentRow = tree.parents[row] as number;
    const parent = parentRow === -1 ? undefined : nodes[nodeOfRow[parentRow] as number];
    const key = pairKey((parent?.index ?? -1) + 1, ids[row] as number);
    let node = known.get(key);
    if (node === undefined) {
      node = newNode(nodes.length, parent, analysis, row);
      known.set(key, node);
      nodes.push(node);
      (parent?.children ?? roots).push(node);
    }
    nodeOfRow[row] = node.index;
    node.callCount++;
    if (isFailed(tree, row)) node.failedCount++;
    node.firstStart = Math.min(node.firstStart, tree.starts[row] as number);
    node.pathNanos += path.pathNanos[row] as number;
    node.workNanos += selfNanos[row] as number;
  }
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as GrowingNode;
    node.pathTotalNanos += node.pathNanos;
    node.workTotalNanos += node.workNanos;
    node.children.sort((a, b) => a.firstStart - b.firstStart || a.index - b.index);
    const parent = nodes[node.parent?.index ?? -1];
    if (parent === undefined) continue;
    parent.pathTotalNanos += node.pathTotalNanos;
    parent.workTotalNanos += node.workTotalNanos;
  }
  return { nodes, roots, nodeOfRow };
}

/** The children of a node with the widest first, for charts that put the heavy side on the left. */
export function leftHeavy(
  nodes: readonly FlameNode[],
  width: 'pathTotalNanos' | 'workTotalNanos',
): FlameNode[] {
  return nodes.toSorted((a, b) => b[width] - a[width] || a.firstStart - b.firstStart);
}

/** The names from the top to a node, joined by ` › `. */
export function callPathOf(node: FlameNode): string {
  const names: string[] = [];
  for (let at: FlameNode | undefined = node; at !== undefined; at = at.parent) names.push(at.name);
  return names.reverse().join(' › ');
}

function newNode(
  index: number,
  parent: GrowingNode | undefined,
  { tree }: TraceAnalysis,
  row: number,
): GrowingNode {
  return {
    index,
    parent,
    service: rowService(tree, row),
    name: rowName(tree, row),
    kind: rowKind(tree, row),
    children: [],
    callCount: 0,
    failedCount: 0,
    firstStart: Infinity,
    pathNanos: 0,
    pathTotalNanos: 0,
    workNanos: 0,
    workTotalNanos: 0,
  };
}
