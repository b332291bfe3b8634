import type { Neighbours, Order } from './crossings.js';
import { fitInOrder } from './fit-in-order.js';
import { bestFrame, type Stop } from './frame.js';
import type { Pair } from './layers.js';
import { LAYER_GAP, LOOP_SIZE, loopOf, routesOf } from './routes.js';

/** A node to place. */
export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** An edge to route, between ids of nodes. */
export interface LayoutEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** A point of the drawing, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a node stands: its middle. */
export interface PlacedNode extends Point {
  readonly id: string;
}

/** The way of an edge: from the side of its first node to the side of its second. */
export interface RoutedEdge {
  readonly id: string;
  readonly points: readonly Point[];
  /** The curve through the points, for SVG. */
  readonly path: string;
  /** The head of the arrow at its end, for SVG. */
  readonly arrow: string;
  /** Where its text stands. */
  readonly label: Point;
}

/** A drawing. */
export interface Layout {
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly edges: ReadonlyMap<string, RoutedEdge>;
  readonly width: number;
  readonly height: number;
}

const MARGIN = 16;
const NODE_GAP = 28;
const LANE_WEIGHT = 4;
const PLACING_SWEEPS = 8;

/**
 * Draws a directed graph in layers from left to right, with few crossings.
 *
 * @param last an earlier drawing: nodes keep their order as far as that costs no crossings
 */
export function layoutGraph(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  last?: Layout,
): Layout {
  const indexes = new Map(nodes.map(({ id }, index) => [id, index]));
  const known = edges.filter(({ from, to }) => indexes.has(from) && indexes.has(to));
  const others = known.filter(({ from, to }) => from !== to);
  const pairs = others.map(({ from, to }): Pair => {
    return [indexes.get(from) as number, indexes.get(to) as number];
  });
  const { stops, ways, neighbours, order } = bestFrame(nodes, others, pairs, last);
  placeColumns(stops, order);
  const loops = known.filter(({ from, to }) => from === to);
  placeRows(stops, order, neighbours, loops.length === 0 ? MARGIN : MARGIN + LOOP_SIZE);
  const routed = routesOf(stops, ways);
  for (const { id, from } of loops) {
    routed.set(id, loopOf(id, stops[indexes.get(from) as number] as Stop));
  }
  return {
    nodes: new Map(
      stops.filter(({ lane }) => lane === undefined).map(({ id, x, y }) => [id, { id, x, y }]),
    ),
    edges: routed,
    ...extentOf(stops),
  };
}

function placeColumns(stops: readonly Stop[], order: Order): void {
  let left = MARGIN;
  for (const layer of order) {
    const width = Math.max(0, ...layer.map((stop) => (stops[stop] as Stop).width));
    for (const index of layer) {
      const stop = stops[index] as Stop;
      stop.x = left + width / 2;
      if (stop.lane !== undefined) stop.width = width;
    }
    left += width + LAYER_GAP;
  }
}

/** Brings neighbours to the same height, layer by layer, to and fro. */
function placeRows(
  stops: readonly Stop[],
  order: Order,
  { before, after }: Neighbours,
  topMargin: number,
): void {
  const place = (layer: readonly number[], wantedOf: (stop: number) => number): void => {
    const middles = fitInOrder(
      layer.map((index) => {
        const { height, lane } = stops[index] as Stop;
        const wanted = wantedOf(index);
        if (lane !== undefined) return { wanted, weight: LANE_WEIGHT, height };
        return { wanted, weight: 1, height: height + NODE_GAP };
      }),
    );
    layer.forEach((index, i) => {
      (stops[index] as Stop).y = middles[i] as number;
    });
  };
  for (const layer of order) place(layer, () => 0);
  for (let sweep = 0; sweep < PLACING_SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? order : order.toReversed()) {
      place(layer, (index) => {
        const near = (isDown ? before : after)[index] as readonly number[];
        const all = near.length > 0 ? near : ((isDown ? after : before)[index] as number[]);
        if (all.length === 0) return (stops[index] as Stop).y;
        return all.reduce((sum, other) => sum + (stops[other] as Stop).y, 0) / all.length;
      });
    }
  }
  const top = Math.min(...stops.map(({ y, height }) => y - height / 2));
  for (const stop of stops) stop.y = Math.round(stop.y - top + topMargin);
}

function extentOf(stops: readonly Stop[]): { readonly width: number; readonly height: number } {
  return {
    width: Math.max(0, ...stops.map(({ x, width }) => x + width / 2)) + MARGIN,
    height: Math.max(0, ...stops.map(({ y, height }) => y + height / 2)) + MARGIN,
  };
}
