import type { FlameNode, FlameTree } from './flame-tree.js';

/** Spans of the same call path in two traces. */
export interface ComparedNode {
  /** Undefined if only the second trace has such spans. */
  readonly a: FlameNode | undefined;
  /** Undefined if only the first trace has such spans. */
  readonly b: FlameNode | undefined;
  /** Undefined at the top. */
  readonly parent: ComparedNode | undefined;
  readonly children: readonly ComparedNode[];
  /** The time of the spans themselves on the critical path in the second trace minus that in the first. */
  readonly pathDelta: number;
  /** The same, with the spans below. */
  readonly pathTotalDelta: number;
  readonly callDelta: number;
  readonly failedDelta: number;
}

/** What differs between two traces. */
export interface Comparison {
  readonly roots: readonly ComparedNode[];
  /** All nodes, those first whose own time on the path differs most. */
  readonly byDifference: readonly ComparedNode[];
}

type GrowingNode = Omit<ComparedNode, 'children' | 'parent'> & {
  readonly parent: GrowingNode | undefined;
  readonly children: GrowingNode[];
};

/**
 * Compares the call paths of two traces by their time.
 *
 * Nodes below the same node are the same if service, name and kind are equal; of those left, if the names
 * are equal, so that a renamed service is no difference; of those left, if the names are equal but for
 * numbers and ids. What is left then is in one trace only. The main roots always correspond to each other.
 */
export function compareTraces(a: FlameTree, b: FlameTree): Comparison {
  const roots: GrowingNode[] = [];
  const nodes: GrowingNode[] = [];
  const pending: GrowingNode[] = [];
  const add = (pair: Pair, parent: GrowingNode | undefined): void => {
    const node = newNode(pair, parent);
    (parent?.children ?? roots).push(node);
    nodes.push(node);
    pending.push(node);
  };
  const [rootA, ...otherA] = a.roots;
  const [rootB, ...otherB] = b.roots;
  if (rootA !== undefined || rootB !== undefined) add([rootA, rootB], undefined);
  for (const pair of align(otherA, otherB)) add(pair, undefined);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const pair of align(node.a?.children ?? [], node.b?.children ?? [])) add(pair, node);
  }
  const byDifference = nodes.toSorted(
    (x, y) => Math.abs(y.pathDelta) - Math.abs(x.pathDelta) || order(x) - order(y),
  );
  return { roots, byDifference };
}

type Pair = readonly [FlameNode | undefined, FlameNode | undefined];

function newNode([a, b]: Pair, parent: GrowingNode | undefined): GrowingNode {
  const delta = (key: 'pathNanos' | 'pathTotalNanos' | 'callCount' | 'failedCount'): number =>
    (b?.[key] ?? 0) - (a?.[key] ?? 0);
  return {
    a,
    b,
    parent,
    children: [],
    pathDelta: delta('pathNanos'),
    pathTotalDelta: delta('pathTotalNanos'),
    callDelta: delta('callCount'),
    failedDelta: delta('failedCount'),
  };
}

/** By the position in the first trace, else in the second: equal differences keep one order. */
function order({ a, b }: ComparedNode): number {
  return a?.index ?? 1e9 + (b?.index ?? 0);
}

const LIKENESSES: readonly ((node: FlameNode) => string)[] = [
  ({ service, name, kind }) => JSON.stringify([service, name, kind]),
  ({ name }) => name,
  ({ name }) => name.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{16,}\b|\d+/gi, '#'),
];

function align(a: readonly FlameNode[], b: readonly FlameNode[]): Pair[] {
  const partners = new Map<FlameNode, FlameNode>();
  const taken = new Set<FlameNode>();
  for (const likeness of LIKENESSES) {
    const open = new Map<string, FlameNode[]>();
    for (const node of b) {
      if (taken.has(node)) continue;
      const key = likeness(node);
      const nodes = open.get(key);
      if (nodes === undefined) open.set(key, [node]);
      else nodes.push(node);
    }
    for (const nodes of open.values()) nodes.reverse();
    for (const node of a) {
      const partner = partners.has(node) ? undefined : open.get(likeness(node))?.pop();
      if (partner === undefined) continue;
      partners.set(node, partner);
      taken.add(partner);
    }
  }
  return [
    ...a.map((node): Pair => [node, partners.get(node)]),
    ...b.filter((node) => !taken.has(node)).map((node): Pair => [undefined, node]),
  ];
}
