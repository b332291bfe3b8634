import { describe, expect, it } from '@jest/globals';
import { columnsFromSpans } from '../../../../lib/viewer/analysis/columns-from-spans.js';
import {
  type GraphCall,
  type GraphNode,
  graphCallsOf,
} from '../../../../lib/viewer/analysis/graph-calls.js';
import {
  BUCKET_COUNT,
  bucketOf,
  contributionBytes,
  ServiceGraph,
} from '../../../../lib/viewer/analysis/service-graph.js';
import { treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';
import { randomSpans, shuffled } from '../../../support/random-trace.js';

const nodeOf = (label: string): GraphNode => ({ id: `service ${label}`, type: 'service', label });
const secondsToNanos = (seconds: number): bigint => BigInt(seconds) * 1_000_000_000n;

function call(
  from: string,
  to: string,
  atSeconds: number,
  extra: Partial<GraphCall> = {},
): GraphCall {
  return {
    from: nodeOf(from),
    to: nodeOf(to),
    isMessage: false,
    startNanos: secondsToNanos(atSeconds),
    clientNanos: 6e6,
    serverNanos: 4e6,
    betweenNanos: 2e6,
    error: undefined,
    ...extra,
  };
}

describe('ServiceGraph', () => {
  it('counts calls, failures and durations of edges and nodes', () => {
    const graph = new ServiceGraph();
    const failed = { error: 'UNAVAILABLE', serverNanos: NaN };
    graph.add([call('a', 'b', 101), call('a', 'b', 102, failed), call('b', 'c', 106)]);
    const { edges, nodes } = graph.read(20, 21);
    expect(edges.map(({ from, to }) => `${from.label} ${to.label}`)).toEqual(['a b', 'b c']);
    const [edge] = edges;
    expect(edge).toMatchObject({
      callCount: 2,
      failedCount: 1,
      rate: 0.2,
      errors: [{ error: 'UNAVAILABLE', count: 1 }],
    });
    expect([edge?.client.count, edge?.server.count, edge?.between.count]).toEqual([2, 1, 2]);
    expect((edge?.client.p95 as number) / 6e6).toBeCloseTo(1, 1);
    expect((edge?.between.max as number) / 2e6).toBeCloseTo(1, 1);
    expect(
      nodes.map(({ node, callCount, callsByBucket }) => [node.label, callCount, callsByBucket]),
    ).toEqual([
      ['a', 0, [0, 0]],
      ['b', 2, [2, 0]],
      ['c', 1, [0, 1]],
    ]);
  });

  it('reads the wanted time only', () => {
    const graph = new ServiceGraph();
    graph.add([call('a', 'b', 100), call('a', 'c', 200)]);
    expect(graph.read(40, 40).edges.map(({ to }) => to.label)).toEqual(['c']);
    expect(graph.read(40, 40).nodes.map(({ node }) => node.label)).toEqual(['a', 'c']);
    expect(graph.read(41, 40)).toEqual({ nodes: [], edges: [] });
  });

  it('keeps messages and calls apart', () => {
    const graph = new ServiceGraph();
    graph.add([call('a', 'b', 100), call('a', 'b', 100, { isMessage: true })]);
    expect(graph.read(20, 20).edges.map(({ isMessage }) => isMessage)).toEqual([false, true]);
  });

  it('is as before when a contribution is taken back, for random traces in any order', () => {
    const random = randomOfSeed(41);
    const traces = Array.from({ length: 60 }, () =>
      graphCallsOf(treeOf(columnsFromSpans(randomSpans(random, 20)))),
    );
    const kept = new Set(traces.slice(0, 30));
    const expected = new ServiceGraph();
    for (const calls of kept) expected.add(calls);
    const graph = new ServiceGraph();
    const added = shuffled(random, traces).map((calls) => ({
      contribution: graph.add(calls),
      isKept: kept.has(calls),
    }));
    for (const { contribution, isKept } of shuffled(random, added)) {
      if (!isKept) graph.remove(contribution);
    }
    const bucket = bucketOf(1_700_000_000_000_000_000n);
    const snapshot = graph.read(bucket, bucket);
    expect(snapshot).toEqual(expected.read(bucket, bucket));
    expect(snapshot.edges.length).toBeGreaterThan(3);
    expect(graph.byteCount).toBe(expected.byteCount);
    for (const { contribution, isKept } of added) if (isKept) graph.remove(contribution);
    expect(graph.read(bucket - 1, bucket)).toEqual({ edges: [], nodes: [] });
    expect(graph.byteCount).toBe(0);
  });

  it('keeps an hour, and takes back what is gone without harm', () => {
    const graph = new ServiceGraph();
    const calls = [call('a', 'b', 100)];
    const old = graph.add(calls);
    const now = bucketOf(secondsToNanos(100)) + BUCKET_COUNT;
    graph.dropOld(now - 1);
    expect(graph.read(0, now).edges).toHaveLength(1);
    graph.dropOld(now);
    expect(graph.read(0, now).edges).toEqual([]);
    graph.remove(old);
    expect(graph.add(calls).calls).toHaveLength(0);
    expect(graph.read(0, now).edges).toEqual([]);
    expect(graph.byteCount).toBe(0);
  });

  it('does not take a new call for one that was dropped', () => {
    const graph = new ServiceGraph();
    const old = graph.add([call('a', 'b', 100)]);
    graph.clear();
    graph.add([call('a', 'b', 100)]);
    graph.remove(old);
    expect(graph.read(20, 20).edges).toMatchObject([{ callCount: 1 }]);
  });

  it('counts calls of clocks that are ahead now', () => {
    const graph = new ServiceGraph();
    graph.add([call('a', 'b', 9_000)], 20);
    expect(graph.lastBucket).toBe(20);
    expect(graph.read(20, 20).edges).toHaveLength(1);
  });

  it('drops the oldest calls where an hour does not fit', () => {
    const graph = new ServiceGraph(20_000);
    for (let second = 0; second < 3_600; second += 5) graph.add([call('a', 'b', second)]);
    expect(graph.byteCount).toBeLessThanOrEqual(20_000);
    const { firstBucket, lastBucket } = graph;
    expect(lastBucket).toBe(719);
    expect(graph.read(0, lastBucket).edges[0]?.callCount).toBe(lastBucket - firstBucket + 1);
    expect(graph.add([call('a', 'b', 0)]).calls).toHaveLength(0);
  });

  it('leaves out calls of more edges than can be shown, and counts them', () => {
    const graph = new ServiceGraph();
    graph.add(Array.from({ length: 1_010 }, (_, i) => call('a', `peer ${i}`, 100)));
    expect(graph.read(20, 20).edges).toHaveLength(1_000);
    expect(graph.omittedCallCount).toBe(10);
  });

  it('computes rates over the given time', () => {
    const graph = new ServiceGraph();
    graph.add([call('a', 'b', 100), call('a', 'b', 101)]);
    expect(graph.read(20, 20, 4).edges[0]?.rate).toBe(0.5);
  });
});

describe('contributionBytes', () => {
  it('grows with the calls', () => {
    const graph = new ServiceGraph();
    const one = contributionBytes(graph.add([call('a', 'b', 100)]));
    expect(contributionBytes(graph.add([call('a', 'b', 100), call('a', 'b', 101)])) - one).toBe(24);
  });
});
