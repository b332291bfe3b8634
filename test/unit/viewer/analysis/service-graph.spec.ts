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
  contributionOf,
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
    graph.add(
      contributionOf([call('a', 'b', 101), call('a', 'b', 102, failed), call('b', 'c', 106)]),
    );
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
    graph.add(contributionOf([call('a', 'b', 100), call('a', 'c', 200)]));
    expect(graph.read(40, 40).edges.map(({ to }) => to.label)).toEqual(['c']);
    expect(graph.read(40, 40).nodes.map(({ node }) => node.label)).toEqual(['a', 'c']);
    expect(graph.read(41, 40)).toEqual({ nodes: [], edges: [] });
  });

  it('keeps messages and calls apart', () => {
    const graph = new ServiceGraph();
    graph.add(contributionOf([call('a', 'b', 100), call('a', 'b', 100, { isMessage: true })]));
    expect(graph.read(20, 20).edges.map(({ isMessage }) => isMessage)).toEqual([false, true]);
  });

  it('is as before when a contribution is taken back, for random traces in any order', () => {
    const random = randomOfSeed(41);
    const contributions = Array.from({ length: 60 }, () => {
      const tree = treeOf(columnsFromSpans(randomSpans(random, 20)));
      return contributionOf(graphCallsOf(tree));
    });
    const [kept, late] = [contributions.slice(0, 30), contributions.slice(30)];
    const expected = new ServiceGraph();
    for (const contribution of kept) expected.add(contribution);
    const graph = new ServiceGraph();
    for (const contribution of shuffled(random, contributions)) graph.add(contribution);
    for (const contribution of shuffled(random, late)) graph.remove(contribution);
    const bucket = bucketOf(1_700_000_000_000_000_000n);
    const snapshot = graph.read(bucket, bucket);
    expect(snapshot).toEqual(expected.read(bucket, bucket));
    expect(snapshot.edges.length).toBeGreaterThan(3);
    for (const contribution of kept) graph.remove(contribution);
    expect(graph.read(0, bucket)).toMatchObject({ edges: [], nodes: [] });
  });

  it('keeps an hour, and takes back what is gone without harm', () => {
    const graph = new ServiceGraph();
    const old = contributionOf([call('a', 'b', 100)]);
    graph.add(old);
    const now = bucketOf(secondsToNanos(100)) + BUCKET_COUNT;
    graph.dropOld(now - 1);
    expect(graph.read(0, now).edges).toHaveLength(1);
    graph.dropOld(now);
    expect(graph.read(0, now).edges).toEqual([]);
    graph.remove(old);
    graph.add(old);
    expect(graph.read(0, now).edges).toEqual([]);
  });
});

describe('contributionOf', () => {
  it('has one part for each edge and bucket', () => {
    const calls = [
      call('a', 'b', 100),
      call('a', 'b', 104),
      call('a', 'b', 105),
      call('b', 'a', 100),
    ];
    expect(contributionOf(calls).parts.map(({ bucket }) => bucket)).toEqual([20, 21, 20]);
  });
});
