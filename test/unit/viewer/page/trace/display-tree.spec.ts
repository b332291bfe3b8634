import { describe, expect, it } from '@jest/globals';
import { columnsFromSpans } from '../../../../../lib/viewer/analysis/columns-from-spans.js';
import { treeOf } from '../../../../../lib/viewer/analysis/trace-tree.js';
import {
  type DisplayTree,
  displayTreeOf,
  groupAt,
  hasBelow,
  rowAt,
} from '../../../../../lib/viewer/page/trace/display-tree.js';
import { randomOfSeed } from '../../../../support/random-of-seed.js';
import { randomSpans } from '../../../../support/random-trace.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const queries = (count: number, words = '') =>
  Array.from({ length: count }, (_, i) => `  SELECT [client${words}] ${i * 2}-${i * 2 + 1}`);

function shownTree(...lines: string[]): DisplayTree {
  return displayTreeOf(treeOf(traceOfLines(lines.join('\n'))));
}

describe('displayTreeOf', () => {
  it('has the rows in pre-order, with levels, sizes and places among siblings', () => {
    const display = shownTree('a 0-100', '  b 0-50', '    c 0-10', '  d 60-90');
    expect([...display.nodes]).toEqual([0, 1, 2, 3]);
    expect([...display.levels]).toEqual([0, 1, 2, 1]);
    expect([...display.sizes]).toEqual([4, 2, 1, 1]);
    expect([...display.parents]).toEqual([-1, 0, 1, 0]);
    expect([...display.siblingIndexes]).toEqual([1, 1, 1, 2]);
    expect([...display.siblingCounts]).toEqual([1, 2, 1, 2]);
    expect([0, 1, 2].map((position) => hasBelow(display, position))).toEqual([true, true, false]);
  });

  it('leaves 20 equal siblings as they are', () => {
    expect(shownTree('a 0-100', ...queries(20)).groups).toEqual([]);
  });

  it('puts more than 20 equal siblings below a node at the place of the first', () => {
    const display = shownTree('a 0-100', '  first 0-20', ...queries(21), '  last 90-95');
    const [group] = display.groups;
    expect(group?.rows.length).toBe(21);
    expect({ ...group, rows: 0 }).toEqual({
      rows: 0,
      leastNanos: 1e6,
      mostNanos: 1e6,
      sumNanos: 21e6,
      lastEnd: 41e6,
    });
    const position = [...display.nodes].findIndex((_, at) => groupAt(display, at) === group);
    expect(position).toBe(2);
    expect(display.sizes[position]).toBe(22);
    expect(display.levels[position + 1]).toBe(2);
    expect(rowAt(display, position)).toBe(2);
    expect(display.siblingCounts[1]).toBe(3);
  });

  it('leaves failed siblings in lines of their own', () => {
    const display = shownTree('a 0-100', ...queries(21), '  SELECT [client failed] 60-61');
    expect(display.groups.map(({ rows }) => rows.length)).toEqual([21]);
    expect(display.parents[display.positions[22] as number]).toBe(0);
  });

  it('does not fold the lists of siblings of one parent into those of another', () => {
    const display = shownTree('a 0-100', ...queries(21), '  b 0-100', '    SELECT [client] 1-2');
    expect(display.groups.map(({ rows }) => rows.length)).toEqual([21]);
  });

  it('has every row once, below its parent or the group of its siblings', () => {
    const random = randomOfSeed(5);
    for (let i = 0; i < 50; i++) {
      const tree = treeOf(columnsFromSpans(randomSpans(random, 120)));
      const display = displayTreeOf(tree);
      expect(display.count).toBe(tree.rowCount + display.groups.length);
      for (let row = 0; row < tree.rowCount; row++) {
        const parent = display.parents[display.positions[row] as number] as number;
        const above = parent === -1 ? -1 : (display.nodes[parent] as number);
        const isInGroup = above >= tree.rowCount;
        const top = isInGroup ? (display.parents[parent] as number) : parent;
        expect(top === -1 ? -1 : display.nodes[top]).toBe(tree.parents[row]);
      }
    }
  });
});
