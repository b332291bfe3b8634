import { describe, expect, it } from '@jest/globals';
import type {
  GraphEdgeJson,
  GraphJson,
  GraphNodeJson,
} from '../../../../../lib/viewer/api/graph-json.js';
import {
  drawGraph,
  edgeId,
  nodeTowards,
  rangeOf,
  sizeOf,
} from '../../../../../lib/viewer/page/graph/graph-state.js';

const NO_DURATIONS = { count: 0, p50: undefined, p95: undefined, max: undefined };
const COUNTS = {
  callCount: 1,
  failedCount: 0,
  rate: 1,
  errors: [],
  client: NO_DURATIONS,
  server: NO_DURATIONS,
  between: NO_DURATIONS,
};
const nodeOf = (id: string, extra: Partial<GraphNodeJson> = {}): GraphNodeJson => ({
  ...COUNTS,
  id,
  type: 'service',
  label: id,
  calls: [],
  ...extra,
});
const edgeOf = (from: string, to: string, isMessage = false): GraphEdgeJson => ({
  ...COUNTS,
  from,
  to,
  isMessage,
});
const graphOf = (nodes: GraphNodeJson[], edges: GraphEdgeJson[]): GraphJson => ({
  nodes,
  edges,
  minutes: 5,
  fromMillis: 0,
  toMillis: 0,
  columnSeconds: 5,
  omittedCallCount: 0,
  omittedTraceCount: 0,
  revision: 1,
});

describe('drawGraph', () => {
  const nodes = ['a', 'b', 'c'].map((id) => nodeOf(id));

  it('keeps the layout as long as nodes and edges are the same', () => {
    const first = drawGraph(graphOf(nodes, [edgeOf('a', 'b')]));
    const busier = nodes.map((node) => ({ ...node, callCount: 9 }));
    const second = drawGraph(graphOf(busier, [edgeOf('a', 'b')]), first);
    expect(second.layout).toBe(first.layout);
    expect(second.nodes[0]?.callCount).toBe(9);
    const third = drawGraph(graphOf(nodes, [edgeOf('a', 'b'), edgeOf('b', 'c')]), first);
    expect(third.layout).not.toBe(first.layout);
    expect(third.layout.edges.size).toBe(2);
  });

  it('draws calls and messages between the same nodes', () => {
    const edges = [edgeOf('a', 'b'), edgeOf('a', 'b', true)];
    expect(edges.map(edgeId)).toEqual(['a -> b', 'a ~> b']);
    expect(drawGraph(graphOf(nodes, edges)).layout.edges.size).toBe(2);
  });

  it('draws services and what is called most, of many nodes', () => {
    const peers = Array.from({ length: 200 }, (_, i) =>
      nodeOf(`p${i}`, { type: 'peer', callCount: i }),
    );
    const edges = peers.map(({ id }) => edgeOf('a', id));
    const drawn = drawGraph(graphOf([...peers, nodeOf('a', { callCount: 0 })], edges));
    expect(drawn.nodes.map(({ id }) => id)).toContain('a');
    expect(drawn.nodes.map(({ id }) => id)).toContain('p199');
    expect([drawn.nodes.length, drawn.omittedCount, drawn.edges.length]).toEqual([120, 81, 119]);
  });

  it('has small nodes for callers', () => {
    expect(sizeOf('caller').height).toBeLessThan(sizeOf('database').height);
  });
});

describe('rangeOf', () => {
  it.each([
    ['minutes=15', 15],
    ['minutes=7', 5],
    ['', 5],
  ])('of %j is %i', (search, minutes) => {
    expect(rangeOf(new URLSearchParams(search))).toBe(minutes);
  });
});

describe('nodeTowards', () => {
  const nodes = new Map(
    Object.entries({ a: [0, 0], b: [100, -50], c: [100, 40], d: [200, 0] }).map(([id, [x, y]]) => [
      id,
      { id, x: x as number, y: y as number },
    ]),
  );
  const layout = { nodes, edges: new Map(), width: 0, height: 0 };

  it.each([
    ['a', 'right', 'd'],
    ['a', 'left', 'a'],
    ['d', 'left', 'a'],
    ['b', 'down', 'c'],
    ['c', 'up', 'b'],
    ['b', 'up', 'b'],
    [undefined, 'up', 'a'],
    ['unknown', 'down', 'a'],
  ] as const)('goes from %s %s to %s', (from, direction, to) => {
    expect(nodeTowards(layout, from, direction)).toBe(to);
  });
});
