import type { Stop, Way } from './frame.js';
import type { Pair } from './layers.js';
import type { Point, RoutedEdge } from './layout.js';

/** The space between layers, for labels. */
export const LAYER_GAP = 112;
/** How far a loop stands above its node. */
export const LOOP_SIZE = 26;
/** The space between edges that end at the same side of a node. */
const PORT_GAP = 16;
const LABEL_HEIGHT = 15;
const LABEL_LIFT = 8;
const ARROW_LENGTH = 8;
const ARROW_WIDTH = 7;

/** Leads edges from side to side, through the places that are kept for them. */
export function routesOf(stops: readonly Stop[], ways: readonly Way[]): Map<string, RoutedEdge> {
  const starts = portsOf(stops, ways, (way) => [way.stops[0] as number, way.stops[1] as number]);
  const ends = portsOf(stops, ways, (way) => {
    return [way.stops.at(-1) as number, way.stops.at(-2) as number];
  });
  const routes = ways.map((way, i) => {
    const first = stops[way.stops[0] as number] as Stop;
    const last = stops[way.stops.at(-1) as number] as Stop;
    const points: Point[] = [
      { x: first.x + first.width / 2, y: first.y + (starts[i] as number) },
      ...way.stops.slice(1, -1).flatMap((stop) => {
        const { x, y, width } = stops[stop] as Stop;
        return [
          { x: x - width / 2, y },
          { x: x + width / 2, y },
        ];
      }),
      { x: last.x - last.width / 2, y: last.y + (ends[i] as number) },
    ];
    return { way, points };
  });
  const labels = labelsOf(routes);
  return new Map(
    routes.map(({ way: { edge, isReversed }, points: fromLeft }, i) => {
      const { id } = edge;
      const points = isReversed ? fromLeft.toReversed() : fromLeft;
      const end = points.at(-1) as Point;
      const arrow = arrowOf(end, isReversed ? [-1, 0] : [1, 0]);
      return [id, { id, points, path: pathOf(points), arrow, label: labels[i] as Point }];
    }),
  );
}

/**
 * How far from the middle of its node each edge ends: the edges of a side stand in the order of their other
 * ends, so that they do not cross at the node.
 */
function portsOf(
  stops: readonly Stop[],
  ways: readonly Way[],
  endsOf: (way: Way) => Pair,
): number[] {
  const sides = new Map<number, number[]>();
  ways.forEach((way, i) => {
    const [node] = endsOf(way);
    sides.set(node, [...(sides.get(node) ?? []), i]);
  });
  const ports = new Array<number>(ways.length).fill(0);
  for (const [node, indexes] of sides) {
    const otherY = (i: number): number => (stops[endsOf(ways[i] as Way)[1]] as Stop).y;
    indexes.sort((a, b) => otherY(a) - otherY(b) || a - b);
    const { height } = stops[node] as Stop;
    const gap = Math.min(PORT_GAP, (height - 10) / indexes.length);
    indexes.forEach((index, i) => {
      ports[index] = (i - (indexes.length - 1) / 2) * gap;
    });
  }
  return ports;
}

/** Labels stand where the edges of a node are apart, and make room for each other. */
function labelsOf(
  routes: readonly { readonly way: Way; readonly points: readonly Point[] }[],
): Point[] {
  const degrees = new Map<number, number>();
  const count = (stop: number | undefined): void => {
    if (stop !== undefined) degrees.set(stop, (degrees.get(stop) ?? 0) + 1);
  };
  for (const { way } of routes) {
    count(way.stops[0]);
    count(way.stops.at(-1));
  }
  const labels = routes.map(({ way, points }) => {
    const degreeOf = (stop: number | undefined): number => degrees.get(stop ?? -1) ?? 0;
    // A node with fewer edges has them further from each other.
    const isAtEnd = degreeOf(way.stops.at(-1)) <= degreeOf(way.stops[0]);
    const from = points.at(isAtEnd ? -2 : 0) as Point;
    const to = points.at(isAtEnd ? -1 : 1) as Point;
    const part = isAtEnd ? 0.55 : 0.45;
    return curveAt(from, to, part);
  });
  const order = [...labels.keys()].sort((a, b) => {
    return (labels[a] as Point).y - (labels[b] as Point).y;
  });
  const placed: Point[] = [];
  for (const index of order) {
    let { x, y } = labels[index] as Point;
    // Above the line, so that it stays readable.
    y -= LABEL_LIFT;
    for (const other of placed) {
      const isBeside = Math.abs(other.x - x) > LAYER_GAP / 2;
      if (!isBeside && Math.abs(other.y - y) < LABEL_HEIGHT) y = other.y + LABEL_HEIGHT;
    }
    x = Math.round(x);
    y = Math.round(y);
    placed.push({ x, y });
    labels[index] = { x, y };
  }
  return labels;
}

/** A point of the curve that {@link pathOf} draws between two points. */
function curveAt(from: Point, to: Point, part: number): Point {
  const rest = 1 - part;
  const ends = [rest ** 3 + 3 * rest * rest * part, 3 * rest * part * part + part ** 3] as const;
  const middle = (from.x + to.x) / 2;
  return {
    x: rest ** 3 * from.x + 3 * rest * part * middle + part ** 3 * to.x,
    y: ends[0] * from.y + ends[1] * to.y,
  };
}

/** A node that calls itself has a loop above it. */
export function loopOf(id: string, { x, y, width, height }: Stop): RoutedEdge {
  const top = y - height / 2;
  const [right, left] = [x + width / 4, x - width / 4];
  const points = [
    { x: right, y: top },
    { x: left, y: top },
  ];
  const above = top - LOOP_SIZE * 1.3;
  const path = `M${right} ${top}C${right} ${above} ${left} ${above} ${left} ${top}`;
  const arrow = arrowOf({ x: left, y: top }, [0, 1]);
  return { id, points, path, arrow, label: { x, y: top - LOOP_SIZE } };
}

/** A head of an arrow that points in a direction. */
function arrowOf({ x, y }: Point, [dx, dy]: readonly [number, number]): string {
  const [backX, backY] = [x - dx * ARROW_LENGTH, y - dy * ARROW_LENGTH];
  const side = ARROW_WIDTH / 2;
  return dx === 0
    ? `M${x} ${y}L${x - side} ${backY}H${x + side}Z`
    : `M${x} ${y}L${backX} ${y - side}V${y + side}Z`;
}

/** A curve that leaves and reaches each point in a horizontal line. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let { x, y } = first;
  const parts = [`M${x} ${y}`];
  for (const next of rest) {
    const middle = (x + next.x) / 2;
    parts.push(`C${middle} ${y} ${middle} ${next.y} ${next.x} ${next.y}`);
    ({ x, y } = next);
  }
  return parts.join('');
}
