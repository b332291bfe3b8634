import { Graph, layout as layoutByDagre } from '@dagrejs/dagre';
import { describe, expect, it } from '@jest/globals';
import {
  type Layout,
  type LayoutEdge,
  type LayoutNode,
  layoutGraph,
  type Point,
} from '../../../../../lib/viewer/page/graph/layout.js';
import { randomOfSeed } from '../../../../support/random-of-seed.js';

const SIZE = { width: 170, height: 60 };

interface TestGraph {
  readonly nodes: LayoutNode[];
  readonly edges: LayoutEdge[];
}

/** A graph of `a>b` in a text. */
function graphOf(text: string): TestGraph {
  const edges = text.split(' ').map((edge, i) => {
    const [from = '', to = ''] = edge.split('>');
    return { id: `e${i}`, from, to };
  });
  const ids = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return { nodes: [...ids].map((id) => ({ id, ...SIZE })), edges };
}

/** Services that call others, mostly later ones, as in an application. */
function randomGraph(seed: number): TestGraph {
  const random = randomOfSeed(seed);
  const count = 6 + Math.floor(random() * 10);
  const pairs = new Set<string>();
  for (let node = 1; node < count; node++) {
    pairs.add(`n${Math.floor(random() * node)}>n${node}`);
    if (random() < 0.6) {
      const other = Math.floor(random() * count);
      if (other !== node) pairs.add(`n${node}>n${other}`);
    }
  }
  return graphOf([...pairs].join(' '));
}

type Segment = readonly [Point, Point];

/** The crossings of edges that have no node in common, each with straight lines between its points. */
function crossings(
  edges: readonly LayoutEdge[],
  pointsOf: (id: string) => readonly Point[],
): number {
  const segmentsOf = (id: string): Segment[] => {
    const points = pointsOf(id);
    return points.slice(1).map((to, i): Segment => [points[i] as Point, to]);
  };
  let count = 0;
  edges.forEach((a, i) => {
    for (const b of edges.slice(i + 1)) {
      if ([a.from, a.to].some((node) => node === b.from || node === b.to)) continue;
      for (const first of segmentsOf(a.id)) {
        for (const second of segmentsOf(b.id)) if (doCross(first, second)) count++;
      }
    }
  });
  return count;
}

function doCross([a, b]: Segment, [c, d]: Segment): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function dagreCrossings({ nodes, edges }: TestGraph): number {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 150, edgesep: 26 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { id, from, to } of edges) graph.setEdge(from, to, {}, id);
  layoutByDagre(graph);
  const points = new Map(
    graph.edges().map((edge) => [edge.name as string, graph.edge(edge).points as Point[]]),
  );
  return crossings(edges, (id) => points.get(id) ?? []);
}

function ownCrossings({ edges }: TestGraph, { edges: routed }: Layout): number {
  return crossings(edges, (id) => routed.get(id)?.points ?? []);
}

describe('layoutGraph', () => {
  it('has no more crossings than dagre, on each of 20 graphs', () => {
    const counts = Array.from({ length: 20 }, (_, seed) => {
      const graph = randomGraph(seed + 1);
      return [ownCrossings(graph, layoutGraph(graph.nodes, graph.edges)), dagreCrossings(graph)];
    });
    expect(counts.filter(([own = 0, dagre = 0]) => own > dagre)).toEqual([]);
    // Some of the graphs cannot be drawn without crossings, or the test would say little.
    expect(counts.some(([, dagre = 0]) => dagre > 0)).toBe(true);
  });

  it('places no two nodes over each other', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { nodes, edges } = randomGraph(seed);
      const placed = [...layoutGraph(nodes, edges).nodes.values()];
      placed.forEach((a, i) => {
        for (const b of placed.slice(i + 1)) {
          const isApart = Math.abs(a.x - b.x) >= SIZE.width || Math.abs(a.y - b.y) >= SIZE.height;
          expect([seed, a.id, b.id, isApart]).toEqual([seed, a.id, b.id, true]);
        }
      });
    }
  });

  it('draws everything inside of its size', () => {
    const { nodes, edges } = randomGraph(5);
    const { width, height, ...layout } = layoutGraph(nodes, edges);
    for (const { x, y } of layout.nodes.values()) {
      expect(x - SIZE.width / 2).toBeGreaterThanOrEqual(0);
      expect(y - SIZE.height / 2).toBeGreaterThanOrEqual(0);
      expect(x + SIZE.width / 2).toBeLessThanOrEqual(width);
      expect(y + SIZE.height / 2).toBeLessThanOrEqual(height);
    }
  });

  it('leads edges from side to side, also those that were reversed', () => {
    const { nodes, edges } = graphOf('a>b b>c c>a');
    const layout = layoutGraph(nodes, edges);
    const endsOf = (id: string) => {
      const points = layout.edges.get(id)?.points ?? [];
      return [points[0]?.x, points.at(-1)?.x];
    };
    const xOf = (id: string) => layout.nodes.get(id)?.x as number;
    expect(endsOf('e0')).toEqual([xOf('a') + 85, xOf('b') - 85]);
    expect(endsOf('e2')).toEqual([xOf('c') - 85, xOf('a') + 85]);
    expect(layout.edges.get('e0')?.path).toMatch(/^M\d+ \d+(\.\d+)?C/);
  });

  it('leads edges around nodes', () => {
    const { nodes, edges } = graphOf('a>b b>c a>c');
    const layout = layoutGraph(nodes, edges);
    const [, lane] = layout.edges.get('e2')?.points ?? [];
    const middle = layout.nodes.get('b') as Point;
    expect(lane?.x).toBe(middle.x - SIZE.width / 2);
    expect(Math.abs((lane?.y as number) - middle.y)).toBeGreaterThanOrEqual(SIZE.height / 2);
  });

  it('leads edges between the same nodes side by side', () => {
    const { nodes, edges } = graphOf('a>b a>b b>a');
    const layout = layoutGraph(nodes, edges);
    const heights = edges.map(({ id }) => (layout.edges.get(id)?.points ?? []).map(({ y }) => y));
    expect(new Set(heights.map(([y]) => y)).size).toBe(3);
    for (const [start, end] of heights) expect(start).toBe(end);
  });

  it('places labels apart', () => {
    const { nodes, edges } = graphOf('a>b a>b b>a a>c');
    const labels = [...layoutGraph(nodes, edges).edges.values()].map(({ label }) => label);
    labels.forEach((a, i) => {
      for (const b of labels.slice(i + 1)) {
        expect(Math.abs(a.y - b.y) >= 15 || Math.abs(a.x - b.x) > 75).toBe(true);
      }
    });
  });

  it('draws a loop at a node that calls itself', () => {
    const { nodes, edges } = graphOf('a>a');
    const { label, path } = layoutGraph(nodes, edges).edges.get('e0') ?? {};
    expect(label?.y).toBeGreaterThan(0);
    expect(path).toContain('C');
  });

  it('keeps the order of the last drawing when something is added', () => {
    const before = graphOf('a>d a>c a>b');
    const first = layoutGraph(before.nodes, before.edges);
    const orderOf = ({ nodes }: Layout, ids: string): string[] =>
      [...ids].sort((a, b) => (nodes.get(a)?.y as number) - (nodes.get(b)?.y as number));
    for (const addition of ['e>d', 'a>e', 'c>e', 'b>e e>f']) {
      const graph = graphOf(`${addition} a>b a>c a>d`);
      const edges = graph.edges.map((edge) => ({ ...edge, id: `${edge.from} ${edge.to}` }));
      const next = layoutGraph(graph.nodes, edges, first);
      expect(orderOf(next, 'bcd')).toEqual(orderOf(first, 'bcd'));
    }
  });

  it('is the same each time', () => {
    const { nodes, edges } = randomGraph(9);
    const layout = layoutGraph(nodes, edges);
    expect(layoutGraph(nodes, edges)).toEqual(layout);
    expect(layoutGraph(nodes, edges, layout)).toEqual(layout);
  });

  it('leaves out edges of unknown nodes, and is empty without nodes', () => {
    expect(layoutGraph([], [{ id: 'x', from: 'a', to: 'b' }]).edges.size).toBe(0);
    expect(layoutGraph([], [])).toMatchObject({ width: 16, height: 16 });
  });
});
