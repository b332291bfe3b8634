import { crossingsOf, type Neighbours, type Order, orderLayers } from './crossings.js';
import { type LayerOptions, layersOf, type Pair } from './layers.js';
import type { Layout, LayoutEdge, LayoutNode } from './layout.js';

/** The height of an edge where it passes a layer. */
const LANE_HEIGHT = 26;

/** A node, or the place where a long edge passes a layer. */
export interface Stop {
  readonly id: string;
  /** Of a place, that of its layer: the edge passes it in a horizontal line. */
  width: number;
  readonly height: number;
  /** The edge that passes here, and which place of its way it is; undefined for a node. */
  readonly lane?: { readonly edgeId: string; readonly index: number };
  layer: number;
  x: number;
  y: number;
}

/** The stops of an edge from left to right. */
export interface Way {
  readonly edge: LayoutEdge;
  readonly stops: readonly number[];
  readonly isReversed: boolean;
}

/** Nodes and lanes in their layers, in their order. */
export interface Frame {
  readonly stops: Stop[];
  readonly ways: readonly Way[];
  readonly neighbours: Neighbours;
  readonly order: Order;
  readonly crossingCount: number;
}

const LAYERINGS: readonly LayerOptions[] = [
  {},
  { isTight: true },
  { isBackward: true },
  { isBackward: true, isTight: true },
];

/**
 * Puts nodes into layers and orders them.
 *
 * Which layers lead to the fewest crossings cannot be told before; of equal ones the first are taken.
 *
 * @param pairs the ends of the edges, by the indexes of the nodes
 * @param last an earlier drawing, whose order is kept as far as possible
 */
export function bestFrame(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  pairs: readonly Pair[],
  last: Layout | undefined,
): Frame {
  let best: Frame | undefined;
  for (const options of LAYERINGS) {
    const frame = frameOf(nodes, edges, pairs, options, last);
    if (best === undefined || frame.crossingCount < best.crossingCount) best = frame;
    if (best.crossingCount === 0) break;
  }
  return best as Frame;
}

function frameOf(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  pairs: readonly Pair[],
  options: LayerOptions,
  last: Layout | undefined,
): Frame {
  const { layers, isReversed } = layersOf(nodes.length, pairs, options);
  const stops = nodes.map((node, i): Stop => ({ ...node, layer: layers[i] as number, x: 0, y: 0 }));
  const ways = edges.map((edge, i): Way => {
    const [from, to] = pairs[i] as Pair;
    const ends: Pair = isReversed[i] ? [to, from] : [from, to];
    return { edge, stops: withLanes(stops, ends, edge), isReversed: isReversed[i] as boolean };
  });
  const neighbours = neighboursOf(stops.length, ways);
  const order = orderLayers(seedsOf(stops, neighbours, last), neighbours);
  return { stops, ways, neighbours, order, crossingCount: crossingsOf(order, neighbours) };
}

function withLanes(stops: Stop[], [first, last]: Pair, { id, from, to }: LayoutEdge): number[] {
  const way = [first];
  const end = (stops[last] as Stop).layer;
  for (let layer = (stops[first] as Stop).layer + 1; layer < end; layer++) {
    // By this id edges between the same nodes go side by side.
    const size = { id: `${from}\n${to}\n${id}`, width: 0, height: LANE_HEIGHT };
    const lane = { edgeId: id, index: way.length };
    way.push(stops.push({ ...size, lane, layer, x: 0, y: 0 }) - 1);
  }
  return [...way, last];
}

function neighboursOf(stopCount: number, ways: readonly Way[]): Neighbours {
  const before = Array.from({ length: stopCount }, (): number[] => []);
  const after = Array.from({ length: stopCount }, (): number[] => []);
  for (const { stops } of ways) {
    for (let i = 0; i + 1 < stops.length; i++) {
      const [from, to] = [stops[i] as number, stops[i + 1] as number];
      after[from]?.push(to);
      before[to]?.push(from);
    }
  }
  return { before, after };
}

/** The last order, else the order in which a walk along the edges comes by, and that of the ids. */
function seedsOf(
  stops: readonly Stop[],
  { after, before }: Neighbours,
  last: Layout | undefined,
): Order[] {
  const walked: number[] = [];
  const seen = new Set<number>();
  const walk = (start: number): void => {
    const pending = [start];
    for (let stop = pending.pop(); stop !== undefined; stop = pending.pop()) {
      if (seen.has(stop)) continue;
      seen.add(stop);
      walked.push(stop);
      pending.push(...(after[stop] as number[]).toReversed());
    }
  };
  for (const stop of stops.keys()) if ((before[stop] as number[]).length === 0) walk(stop);
  const byId = [...stops.keys()].sort((a, b) => {
    return (stops[a] as Stop).id < (stops[b] as Stop).id ? -1 : 1;
  });
  const seeds = [walked, byId].map((order) => inLayers(stops, order));
  if (last === undefined) return seeds;
  const rankOf = (stop: number): number => {
    const known = lastHeight(stops[stop] as Stop, last);
    if (known !== undefined) return known;
    // What is new goes to its neighbours.
    const around = [...(before[stop] as number[]), ...(after[stop] as number[])]
      .map((neighbour) => lastHeight(stops[neighbour] as Stop, last))
      .filter((height) => height !== undefined);
    return around.reduce((sum, height) => sum + height, 0) / (around.length || 1);
  };
  const ranks = new Map([...stops.keys()].map((stop) => [stop, rankOf(stop)]));
  const kept = [...byId].sort((a, b) => (ranks.get(a) as number) - (ranks.get(b) as number));
  return [inLayers(stops, kept), ...seeds];
}

function lastHeight({ id, lane }: Stop, last: Layout): number | undefined {
  if (lane === undefined) return last.nodes.get(id)?.y;
  const points = last.edges.get(lane.edgeId)?.points ?? [];
  // A place has two points, and the node before it one.
  const index = Math.min(lane.index * 2 - 1, points.length - 1);
  return points.toSorted((a, b) => a.x - b.x)[index]?.y;
}

function inLayers(stops: readonly Stop[], order: readonly number[]): Order {
  const layers: number[][] = [];
  for (const stop of order) {
    const { layer } = stops[stop] as Stop;
    while (layers.length <= layer) layers.push([]);
    layers[layer]?.push(stop);
  }
  return layers;
}
