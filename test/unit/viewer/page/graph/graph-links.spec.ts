import { describe, expect, it } from '@jest/globals';
import type { GraphEdgeJson, GraphJson } from '../../../../../lib/viewer/api/graph-json.js';
import { linksOfEdge, linksOfNode } from '../../../../../lib/viewer/page/graph/graph-links.js';
import { parseQuery } from '../../../../../lib/viewer/query/parse.js';

const NO_DURATIONS = { count: 0, p50: undefined, p95: undefined, max: undefined };

const edge = (from: string, to: string, callCount = 1, failedCount = 0): GraphEdgeJson => ({
  from,
  to,
  isMessage: false,
  callCount,
  failedCount,
  rate: 1,
  errors: [],
  client: NO_DURATIONS,
  server: NO_DURATIONS,
  between: NO_DURATIONS,
});

const graph = (edges: GraphEdgeJson[]): GraphJson => ({
  nodes: [],
  edges,
  minutes: 5,
  fromMillis: 0,
  toMillis: 0,
  columnSeconds: 5,
  omittedCallCount: 0,
  omittedTraceCount: 0,
  revision: 1,
});

const node = (id: string) =>
  ({ ...edge('', ''), id, type: 'service', label: id, calls: [] }) as const;
const same = (id: string): string => id;
const queryOf = (link: string | undefined): string | null =>
  new URL(link ?? '', 'http://localhost').searchParams.get('q');

describe('links to traces', () => {
  it('ask for the traces of an edge', () => {
    const links = linksOfEdge(edge('orders', 'stock', 5, 1), same);
    expect(queryOf(links.all)).toBe('edge=orders->stock');
    expect(links.slowest).toBe(`${links.all}&sort=duration`);
    expect(queryOf(links.failed)).toBe('edge.failed=orders->stock');
  });

  it('ask for no failures where there are none', () => {
    expect(linksOfEdge(edge('orders', 'stock'), same).failed).toBeUndefined();
  });

  it.each(['two words', 'quote " and \\', 'a(b)'])('are queries for a label like %s', (label) => {
    const { query, error } = parseQuery(queryOf(linksOfEdge(edge(label, 'b'), same).all) ?? '');
    expect(error).toBeUndefined();
    expect(query).toMatchObject({ type: 'term', key: 'edge', value: `${label}->b` });
  });

  it('ask for the calls to a node, else for those from it', () => {
    const edges = [edge('a', 'c', 1), edge('b', 'c', 9, 1), edge('c', 'd')];
    const links = linksOfNode(node('c'), graph(edges), same);
    expect(queryOf(links.all)).toBe('edge=b->c OR edge=a->c');
    expect(queryOf(links.failed)).toBe('edge.failed=b->c');
    expect(queryOf(linksOfNode(node('a'), graph(edges), same).all)).toBe('edge=a->c');
  });

  it('ask for the busiest calls only', () => {
    const edges = Array.from({ length: 20 }, (_, i) => edge(`n${i}`, 'c', i));
    const query = queryOf(linksOfNode(node('c'), graph(edges), same).all) ?? '';
    expect(query.split(' OR ')).toHaveLength(8);
    expect(query).toContain('edge=n19->c');
  });
});
