import { describe, expect, it } from '@jest/globals';
import { waitsOf } from '../../../../lib/viewer/analysis/blocking.js';
import { columnsFromSpans } from '../../../../lib/viewer/analysis/columns-from-spans.js';
import { criticalPathOf } from '../../../../lib/viewer/analysis/critical-path.js';
import { type TraceColumns } from '../../../../lib/viewer/analysis/trace-columns.js';
import { rowName, treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';
import { randomSpans } from '../../../support/random-trace.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

/** `A 0-10, B 10-20`: the segments in milliseconds after the first span. */
function pathOf(trace: TraceColumns, nowMillis?: number): string {
  const tree = treeOf(trace, nowMillis === undefined ? {} : { nowNanos: nowMillis * 1e6 });
  const { rows, froms, tos } = criticalPathOf(tree, waitsOf(tree));
  return [...rows]
    .map(
      (row, i) => `${rowName(tree, row)} ${(froms[i] as number) / 1e6}-${(tos[i] as number) / 1e6}`,
    )
    .join(', ');
}

describe('the critical path of the cases that Jaeger is tested with', () => {
  it.each([
    [
      'children one after another',
      `
      C 0-100
        D 19-39
        E 49-59`,
      'C 0-19, D 19-39, C 39-49, E 49-59, C 59-100',
    ],
    [
      'children that overlap: the one that ends last',
      `
      X 0-100
        A 9-49
        C 19-59`,
      'X 0-19, C 19-59, X 59-100',
    ],
    [
      'a child after its parent',
      `
      A 0-40
        B 60-140`,
      'A 0-40',
    ],
    [
      'a child after its parent, with a child',
      `
      A 0-30
        B 39-79
          C 49-59`,
      'A 0-30',
    ],
    [
      'a child that says that nobody waits for it',
      `
      A 0-30
        follower 9-19`,
      'A 0-30',
    ],
    [
      'a child that outlives its parent, with a child that began before it',
      `
      A 0-29
        B @other 14-34
          C @third 9-24`,
      'A 0-14, C 14-24, B 24-29',
    ],
    [
      'children that outlive their parents',
      `
      A 0-29
        B @other 14-34
          C @third 19-39`,
      'A 0-14, B 14-19, C 19-29',
    ],
    [
      'a child around its parent',
      `
      A 0-20
        B @other -5-25`,
      'B 5-25',
    ],
    [
      'a child before its parent',
      `
      A 0-20
        B -9--5`,
      'A 9-29',
    ],
  ])('%s', (_case, text, path) => {
    const extras = { follower: { attributes: { 'opentracing.ref_type': 'follows_from' } } };
    expect(pathOf(traceOfLines(text, extras))).toBe(path);
  });
});

describe('the critical path', () => {
  it.each([
    [
      'goes through children that touch',
      `
      A 0-30
        B 0-10
        C 10-20
        D 20-30`,
      'B 0-10, C 10-20, D 20-30',
    ],
    [
      'goes through children that overlap by less than the tolerance',
      `
      A 0-30
        B 0-10.04
        C 10-30`,
      'B 0-10, C 10-30',
    ],
    [
      'leaves out a child that ran beside another',
      `
      A 0-30
        B 0-15
        C 10-30`,
      'A 0-10, C 10-30',
    ],
    [
      'takes the child that began first of those that end together',
      `
      A 0-30
        C 10-20
        B 5-20`,
      'A 0-5, B 5-20, A 20-30',
    ],
    [
      'does not wait for a child of the same service that outlives its parent',
      `
      A 0-30
        B 10-40`,
      'A 0-30',
    ],
    [
      'waits until its end for a server that answers on',
      `
      GET [client] 0-30
        GET / [server] @other 5-45`,
      'GET 0-5, GET / 5-30',
    ],
    [
      'does not wait for the consumer of a message',
      `
      send [producer] 0-30
        process [consumer] @other 5-25`,
      'send 0-30',
    ],
    [
      'passes over children of no duration',
      `
      A 0-30
        B 10-10
        C 30-30
        D 0-0`,
      'A 0-30',
    ],
    ['is empty for a span of no duration', 'A 0-0\n  B 0-0', ''],
  ])('%s', (_case, text, path) => {
    expect(pathOf(traceOfLines(text))).toBe(path);
  });

  it('goes until now for running spans', () => {
    const trace = traceOfLines('A 0-\n  B 10-\n  C 0-25');
    expect(pathOf(trace, 40)).toBe('A 0-10, B 10-40');
  });

  it('is empty for a trace without spans', () => {
    expect(pathOf(columnsFromSpans([]))).toBe('');
  });

  it('can begin at any span', () => {
    const tree = treeOf(traceOfLines('A 0-30\n  B 10-20\n    C 12-14'));
    const { rows } = criticalPathOf(tree, waitsOf(tree), 1);
    expect([...rows]).toEqual([1, 2, 1]);
  });

  it('fills the time of the root exactly, in 3,000 random traces', () => {
    const random = randomOfSeed(7);
    for (let i = 0; i < 3_000; i++) {
      const tree = treeOf(columnsFromSpans(randomSpans(random, 1 + Math.floor(random() * 40))));
      const { froms, tos, rows, pathNanos } = criticalPathOf(tree, waitsOf(tree));
      const root = tree.mainRoot;
      if (tree.starts[root] === tree.ends[root]) continue;
      expect([froms[0], tos.at(-1)]).toEqual([tree.starts[root], tree.ends[root]]);
      const isWrong = (row: number, j: number): boolean => {
        const [from, to] = [froms[j] as number, tos[j] as number];
        const isApart = j > 0 && from !== tos[j - 1];
        const isOutside = from < (tree.starts[row] as number) || to > (tree.ends[row] as number);
        return isApart || isOutside || from >= to;
      };
      expect([...rows].filter(isWrong)).toEqual([]);
      const sum = pathNanos.reduce((total, nanos) => total + nanos, 0);
      expect(sum).toBe((tree.ends[root] as number) - (tree.starts[root] as number));
    }
  });
});
