import { describe, expect, it } from '@jest/globals';
import { orderAsTree, type TraceNode } from '../../../../lib/export/console/trace-tree.js';
import { record } from './trace-records.js';

function draw(nodes: TraceNode[]): string[] {
  return nodes.map((node) => {
    const path: string[] = [];
    for (let at: TraceNode | undefined = node; at !== undefined; at = at.parent) {
      path.unshift(at.record.name);
    }
    return path.join('/') + (node.isLast ? '.' : '');
  });
}

describe('orderAsTree', () => {
  it('hangs each span below its parent, by their start', () => {
    const nodes = orderAsTree([
      record('root > late', 5, 1),
      record('late > below late', 6, 1),
      record('root > early', 1, 9),
      record('root', 0, 10),
      record('early > below early', 8, 1),
    ]);
    expect(draw(nodes)).toEqual([
      'root.',
      'root/early',
      'root/early/below early.',
      'root/late.',
      'root/late/below late.',
    ]);
  });

  it('has several spans at the top where their parents are not there', () => {
    const nodes = orderAsTree([record('elsewhere > b', 2, 1), record('a', 1, 1)]);
    expect(draw(nodes)).toEqual(['a.', 'b.']);
  });

  it.each([
    ['its own parent', [record('a > a', 0, 1)], ['a.']],
    [
      'in a circle',
      [record('a > b', 0, 1), record('b > a', 1, 1), record('c', 2, 1)],
      ['c.', 'b.', 'b/a.'],
    ],
  ])('shows a span that is %s once', (_, records, drawn) => {
    expect(draw(orderAsTree(records))).toEqual(drawn);
  });

  it('shows two spans of one id once each', () => {
    const twins = [record('a', 0, 1), record('a', 1, 2), record('a > b', 1, 1)];
    expect(draw(orderAsTree(twins))).toEqual(['a.', 'a/b.', 'a.']);
  });

  it('takes a trace that is nested deeper than calls can be', () => {
    const records = Array.from({ length: 20_000 }, (_, i) => record(`${i - 1} > ${i}`, i, 1));
    const nodes = orderAsTree(records);
    expect(nodes.map(({ record: { name } }) => name)).toEqual(records.map(({ name }) => name));
  });

  it('takes nothing', () => {
    expect(orderAsTree([])).toEqual([]);
  });
});
