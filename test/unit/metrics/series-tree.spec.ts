import { describe, expect, it } from '@jest/globals';
import {
  attributesByKeys,
  attributesOnPath,
  nodeOfAttributes,
  usableAttributes,
} from '../../../lib/metrics/metric-attributes.js';
import type { MetricAttributes } from '../../../lib/metrics/metric-data.js';
import {
  OVERFLOW_ATTRIBUTES,
  OVERFLOW_KEY,
  SeriesTree,
  seriesKeyOf,
} from '../../../lib/metrics/series-tree.js';

interface Series {
  readonly attributes: MetricAttributes;
}

function createTree(maxSeriesCount = 2000) {
  const counts = { overflows: 0 };
  const create = (attributes: MetricAttributes): Series => ({ attributes });
  const tree = new SeriesTree<Series>(create, maxSeriesCount, () => counts.overflows++);
  return { tree, counts };
}

const invalid = (): never => {
  throw new Error('no attribute is invalid');
};

describe('SeriesTree', () => {
  it('leads equal values to one series, also when others come between', () => {
    const { tree } = createTree();
    const attributesOf = attributesByKeys(['method', 'route', 'status']);
    const find = (route: string | undefined): Series =>
      tree.seriesAt(tree.root.with('GET').with(route).with(200), attributesOf);
    const first = find('/a');
    expect(find('/b')).not.toBe(first);
    expect(find('/a')).toBe(first);
    expect(first.attributes).toEqual({ method: 'GET', route: '/a', status: 200 });
    expect(find(undefined).attributes).toEqual({ method: 'GET', status: 200 });
  });

  it('tells values of different types apart', () => {
    const { tree } = createTree();
    const attributesOf = attributesByKeys(['value']);
    const values = [1, '1', true, 'true', 0, '', false, Number.NaN];
    const found = values.map((value) => tree.seriesAt(tree.root.with(value), attributesOf));
    expect(new Set(found).size).toBe(values.length);
    expect(tree.seriesAt(tree.root.with(Number.NaN), attributesOf)).toBe(found.at(-1));
  });

  it('leads attributes in any order to one series', () => {
    const { tree } = createTree();
    const find = (attributes: MetricAttributes): Series =>
      tree.seriesAt(nodeOfAttributes(tree.root, attributes, invalid), attributesOnPath);
    const first = find({ a: 1, b: 'x' });
    expect(find({ b: 'x', a: 1 })).toBe(first);
    expect(first.attributes).toEqual({ a: 1, b: 'x' });
    expect(find({ a: 1 })).not.toBe(first);
  });

  it('has a bounded number of series and nodes; further values share the overflow series', () => {
    const { tree, counts } = createTree(100);
    const attributesOf = attributesByKeys(['route', 'status']);
    const nodes = new Set<object>();
    for (let index = 0; index < 100_000; index++) {
      const node = tree.root.with(`/${index}`).with(200);
      nodes.add(node);
      tree.seriesAt(node, attributesOf);
    }
    expect([...tree.all]).toHaveLength(100);
    expect([...tree.all].at(-1)?.attributes).toEqual({ 'otel.metric.overflow': true });
    expect(nodes.size).toBeLessThan(200);
    expect(counts.overflows).toBe(1);
    const known = tree.seriesAt(tree.root.with('/5').with(200), attributesOf);
    expect(known.attributes).toEqual({ route: '/5', status: 200 });
  });

  it('finds a series above the limit of nodes by its attributes', () => {
    const { tree } = createTree(2);
    const first = tree.find({ a: 1, b: 2 });
    const node = nodeOfAttributes(tree.root, { b: 2, a: 1 }, invalid);
    expect(node.isOverflow).toBe(true);
    expect(tree.find(usableAttributes({ b: 2, a: 1 }))).toBe(first);
    expect(tree.find({ c: 3 }).attributes).toBe(OVERFLOW_ATTRIBUTES);
  });

  it('creates no more nodes for attributes in ever new orders', () => {
    const { tree } = createTree(3);
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    let overflows = 0;
    for (let turn = 0; turn < 720; turn++) {
      const order = keys.map((key, index) => [key, ((turn + 1) * (index + 7)) % 97] as const);
      order.sort(([, a], [, b]) => a - b);
      const attributes = Object.fromEntries(order.map(([key]) => [key, 1]));
      if (nodeOfAttributes(tree.root, attributes, invalid).isOverflow) overflows++;
    }
    expect(overflows).toBeGreaterThan(0);
  });
});

describe('attributes of metrics', () => {
  it('are strings, numbers and booleans; others are left out and reported', () => {
    const { tree } = createTree();
    const given = { a: 'x', list: [1], none: undefined, nothing: null, nested: {}, on: true };
    let invalidCount = 0;
    const node = nodeOfAttributes(tree.root, given, () => invalidCount++);
    expect(attributesOnPath(node)).toEqual({ a: 'x', on: true });
    expect(usableAttributes(given)).toEqual({ a: 'x', on: true });
    expect(invalidCount).toBe(2);
  });

  it('have a key of their own, which no others have', () => {
    expect(seriesKeyOf({ a: 1, b: 2 })).toBe(seriesKeyOf({ b: 2, a: 1 }));
    expect(seriesKeyOf({ a: '1' })).not.toBe(seriesKeyOf({ a: 1 }));
    expect(seriesKeyOf({ a: 'b"],["c' })).not.toBe(seriesKeyOf({ a: 'b', c: '' }));
    expect(seriesKeyOf({ 'otel.metric.overflow': true })).toBe(OVERFLOW_KEY);
  });
});
