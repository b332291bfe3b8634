import type { GraphEdgeJson, GraphJson, GraphNodeJson } from '../../api/graph-json.js';
import { type Layout, layoutGraph } from './layout.js';

/** The size of a node. */
export const NODE_WIDTH = 160;
export const NODE_HEIGHT = 62;
/** A node of callers has no numbers. */
export const CALLER_HEIGHT = 30;
const CALLER_WIDTH = 72;
/** The times that can be chosen, in minutes. */
export const RANGES: readonly number[] = [1, 5, 15, 60];
const DEFAULT_RANGE = 5;
/** More nodes are not readable in a picture; the table has all. */
const MAX_DRAWN = 120;

/** What is drawn of a graph. */
export interface DrawnGraph {
  readonly nodes: readonly GraphNodeJson[];
  readonly edges: readonly GraphEdgeJson[];
  /** The nodes that are left out: those with the fewest calls. */
  readonly omittedCount: number;
  readonly layout: Layout;
  /** Equal for graphs with the same nodes and edges, which need no new layout. */
  readonly structure: string;
}

/** The id of an edge in the drawing and in the address. */
export function edgeId({ from, to, isMessage }: GraphEdgeJson): string {
  return `${from} ${isMessage ? '~>' : '->'} ${to}`;
}

/** Draws a graph; where its structure is that of the last drawing, everything stays where it is. */
export function drawGraph({ nodes, edges }: GraphJson, last?: DrawnGraph): DrawnGraph {
  const shown = nodes.length <= MAX_DRAWN ? nodes : busiest(nodes);
  const ids = new Set(shown.map(({ id }) => id));
  const drawn = edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const structure = JSON.stringify([[...ids], drawn.map(edgeId)]);
  const layout =
    last?.structure === structure
      ? last.layout
      : layoutGraph(
          shown.map(({ id, type }) => ({ id, ...sizeOf(type) })),
          drawn.map((edge) => ({ id: edgeId(edge), from: edge.from, to: edge.to })),
          last?.layout,
        );
  const omittedCount = nodes.length - shown.length;
  return { nodes: shown, edges: drawn, omittedCount, layout, structure };
}

/** The size of a node of a type. */
export function sizeOf(type: GraphNodeJson['type']): { width: number; height: number } {
  return type === 'caller'
    ? { width: CALLER_WIDTH, height: CALLER_HEIGHT }
    : { width: NODE_WIDTH, height: NODE_HEIGHT };
}

/** The chosen time in the address, in minutes. */
export function rangeOf(search: URLSearchParams): number {
  const minutes = Number(search.get('minutes'));
  return RANGES.includes(minutes) ? minutes : DEFAULT_RANGE;
}

/** The nodes that callers and receivers of most calls are. */
function busiest(nodes: readonly GraphNodeJson[]): GraphNodeJson[] {
  const services = (node: GraphNodeJson): number => Number(node.type === 'service');
  const kept = new Set(
    nodes
      .toSorted((a, b) => services(b) - services(a) || b.callCount - a.callCount)
      .slice(0, MAX_DRAWN),
  );
  return nodes.filter((node) => kept.has(node));
}

/** A direction of an arrow key. */
export type Direction = 'left' | 'right' | 'up' | 'down';

/** Sideways distance counts more, so that an arrow leads to what one sees there. */
const ASIDE = 3;

/** The next node in a direction; the same one if there is none. The first one without a node. */
export function nodeTowards(
  { nodes }: Layout,
  from: string | undefined,
  direction: Direction,
): string | undefined {
  const start = from === undefined ? undefined : nodes.get(from);
  if (start === undefined) return nodes.keys().next().value;
  let best: { readonly id: string; readonly distance: number } | undefined;
  for (const { id, x, y } of nodes.values()) {
    const [dx, dy] = [x - start.x, y - start.y];
    const isLevel = direction === 'left' || direction === 'right';
    const ahead = isLevel ? dx : dy;
    const forward = direction === 'right' || direction === 'down' ? ahead : -ahead;
    if (forward <= 0) continue;
    const distance = forward + ASIDE * Math.abs(isLevel ? dy : dx);
    if (best === undefined || distance < best.distance) best = { id, distance };
  }
  return best?.id ?? from;
}
