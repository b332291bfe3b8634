import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import { compareTraces } from '../../../../../lib/viewer/analysis/compare.js';
import { flameTreeOf } from '../../../../../lib/viewer/analysis/flame-tree.js';
import {
  type CompareRows,
  equalParts,
  innerKeys,
  listRows,
  treeRows,
} from '../../../../../lib/viewer/page/compare/compare-rows.js';
import { icicleOf } from '../../../../../lib/viewer/page/compare/icicle.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const flameOf = (text: string) => flameTreeOf(analyse(traceOfLines(text)));
const compared = (a: string, b: string) => compareTraces(flameOf(a), flameOf(b));

const A = 'GET 0-40\n  X 1-10\n    X1 2-9\n  Y 12-20\n    Y1 13-19';
const B = 'GET 0-50\n  X 1-10\n    X1 2-9\n  Y 12-30\n    Y1 13-29\n  Z 32-33';

function textOf({ rows }: CompareRows): string[] {
  return rows.map(({ node, level, position, setSize, hasChildren, isExpanded }) => {
    const fold = hasChildren ? (isExpanded ? '▾' : '▸') : ' ';
    return `${'  '.repeat(level - 1)}${fold}${(node.a ?? node.b)?.name} ${position}/${setSize}`;
  });
}

describe('treeRows', () => {
  it('has all call paths, in the order of their start', () => {
    expect(textOf(treeRows(compared(A, B), new Set()))).toEqual([
      '▾GET 1/1',
      '  ▾X 1/3',
      '     X1 1/1',
      '  ▾Y 2/3',
      '     Y1 1/1',
      '   Z 3/3',
    ]);
  });

  it('hides what is below a collapsed row', () => {
    const comparison = compared(A, B);
    expect(textOf(treeRows(comparison, innerKeys(comparison)))).toEqual(['▸GET 1/1']);
    expect(textOf(treeRows(comparison, equalParts(comparison, 1e6)))).toEqual([
      '▾GET 1/1',
      '  ▸X 1/3',
      '  ▾Y 2/3',
      '     Y1 1/1',
      '   Z 3/3',
    ]);
  });

  it('counts the rows that are too many', () => {
    const many = Array.from({ length: 2_100 }, (_, i) => `  S${i} ${i}-${i + 1}`).join('\n');
    const { rows, omittedCount } = treeRows(compared(`GET 0-3000\n${many}`, 'GET 0-9'), new Set());
    expect([rows.length, omittedCount]).toEqual([2_000, 101]);
  });
});

describe('listRows', () => {
  it('has what differs, most first', () => {
    const { rows } = listRows(compared(A, B));
    expect(rows.map(({ node }) => (node.b ?? node.a)?.name)).toEqual(['Y1', 'GET', 'Z']);
  });

  it('is empty for equal traces', () => {
    expect(listRows(compared(A, A))).toEqual({ rows: [], omittedCount: 0 });
  });
});

describe('icicleOf', () => {
  it('has the path of one trace, each part below the one it belongs to', () => {
    const { roots } = compared(A, B);
    const parts = icicleOf(roots, 'a', 80e6).map(({ own, left, width, level }) => [
      own.name,
      level,
      left,
      width,
    ]);
    expect(parts).toEqual([
      ['GET', 0, 0, 0.5],
      ['X', 1, 0, 9 / 80],
      ['X1', 2, 0, 7 / 80],
      ['Y', 1, 9 / 80, 0.1],
      ['Y1', 2, 9 / 80, 6 / 80],
    ]);
    expect(icicleOf(roots, 'b', 80e6).map(({ own }) => own.name)).toContain('Z');
  });

  it('leaves out what cannot be seen, and is empty without a duration', () => {
    const { roots } = compared('GET 0-1000\n  A 1-2', 'GET 0-1000');
    expect(icicleOf(roots, 'a', 1_000e6)).toHaveLength(1);
    expect(icicleOf(roots, 'a', 0)).toEqual([]);
  });
});
