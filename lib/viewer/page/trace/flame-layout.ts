import { type FlameNode, type FlameTree, leftHeavy } from '../../analysis/flame-tree.js';

/** What the width of a node is: its time on the critical path, or all work. */
export type FlameWidth = 'path' | 'work';
/** Whether the widest child stands first, or the one that started first. */
export type FlameOrder = 'heavy' | 'time';

/** Where the nodes of a flame tree stand. All is by the index of the node. */
export interface FlameLayout {
  readonly tree: FlameTree;
  /** From 0 to 1, of the width of the picture. */
  readonly lefts: Float64Array;
  readonly rights: Float64Array;
  /** The level, 0 at the top. */
  readonly levels: Uint32Array;
  /** The children in the order in which they stand. */
  readonly children: ReadonlyMap<number, readonly FlameNode[]>;
  readonly roots: readonly FlameNode[];
  readonly levelCount: number;
}

/**
 * Places the nodes: each as wide as its time, its children below it from the left.
 *
 * @param top the node that is as wide as the picture; what is above it is as wide. @default all roots together
 */
export function flameLayoutOf(
  tree: FlameTree,
  width: FlameWidth,
  order: FlameOrder,
  top?: FlameNode,
): FlameLayout {
  const key = width === 'path' ? 'pathTotalNanos' : 'workTotalNanos';
  const count = tree.nodes.length;
  const lefts = new Float64Array(count);
  const rights = new Float64Array(count);
  const levels = new Uint32Array(count);
  const children = new Map<number, readonly FlameNode[]>();
  const sorted = (nodes: readonly FlameNode[]): readonly FlameNode[] =>
    (order === 'heavy' ? leftHeavy(nodes, key) : nodes).filter((node) => node[key] > 0);
  const roots = top === undefined ? sorted(tree.roots) : [rootOf(top)];
  const whole = (top?.[key] ?? roots.reduce((sum, node) => sum + node[key], 0)) || 1;
  const above = new Set<number>();
  for (let node = top?.parent; node !== undefined; node = node.parent) above.add(node.index);
  let levelCount = 0;
  const place = (nodes: readonly FlameNode[], from: number, level: number): void => {
    let left = from;
    for (const node of nodes) {
      const right = above.has(node.index) || node === top ? 1 : left + node[key] / whole;
      lefts[node.index] = left;
      rights[node.index] = right;
      levels[node.index] = level;
      left = right;
    }
    if (nodes.length > 0) levelCount = Math.max(levelCount, level + 1);
  };
  place(roots, 0, 0);
  // Nodes stand before their children, so that each has its place by then.
  const isPlaced = new Set(roots.map(({ index }) => index));
  for (const node of tree.nodes) {
    if (!isPlaced.has(node.index)) continue;
    const below = above.has(node.index)
      ? node.children.filter((child) => child === top || above.has(child.index))
      : sorted(node.children);
    children.set(node.index, below);
    for (const child of below) isPlaced.add(child.index);
    place(below, lefts[node.index] as number, (levels[node.index] as number) + 1);
  }
  return { tree, lefts, rights, levels, children, roots, levelCount };
}

/** The node at a place of the picture. @param left from 0 to 1 */
export function flameNodeAt(
  { roots, children, lefts, rights }: FlameLayout,
  left: number,
  level: number,
): FlameNode | undefined {
  const isAt = ({ index }: FlameNode): boolean =>
    (lefts[index] as number) <= left && left < (rights[index] as number);
  let node = roots.find(isAt);
  for (let at = 0; at < level && node !== undefined; at++) {
    node = children.get(node.index)?.find(isAt);
  }
  return node;
}

/** Where an arrow key leads: up to the parent, down to the widest child, left and right to siblings. */
export function flameNeighbour(
  { roots, children }: FlameLayout,
  node: FlameNode | undefined,
  key: string,
): FlameNode | undefined {
  if (node === undefined) return roots[0];
  const siblings = node.parent === undefined ? roots : (children.get(node.parent.index) ?? []);
  const at = siblings.indexOf(node);
  switch (key) {
    case 'ArrowUp':
      return node.parent ?? node;
    case 'ArrowDown':
      return children.get(node.index)?.[0] ?? node;
    case 'ArrowLeft':
      return siblings[at - 1] ?? node;
    case 'ArrowRight':
      return siblings[at + 1] ?? node;
    default:
      return node;
  }
}

function rootOf(node: FlameNode): FlameNode {
  let root = node;
  while (root.parent !== undefined) root = root.parent;
  return root;
}
