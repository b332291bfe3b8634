import { describe, expect, it } from '@jest/globals';
import { rowName, treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { branchOf, indentOf, treeLines } from '../../../../lib/viewer/formats/tree-lines.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

function drawn(text: string, maxLines = 100): string[] {
  const tree = treeOf(traceOfLines(text));
  return treeLines(tree, maxLines).map((line) => {
    const count = line.folded === undefined ? '' : `${line.folded.rows.length} × `;
    return `${branchOf(line)}${count}${rowName(tree, line.row)}`;
  });
}

const times = (count: number, line: string): string =>
  Array.from({ length: count }, () => line).join('\n');

describe('treeLines', () => {
  it('draws branches', () => {
    expect(drawn('A 0-9\n  B 0-1\n    C 0-1\n  D 2-3\nE 5-6')).toEqual([
      'A',
      '├─ B',
      '│  └─ C',
      '└─ D',
      'E',
    ]);
  });

  it('makes more than 20 equal siblings one line, without those below them', () => {
    expect(drawn(`A 0-9\n${times(20, '  B 0-1')}`)).toHaveLength(21);
    expect(drawn(`A 0-9\n${times(21, '  B 0-1\n    C 0-1')}\n  D 5-6`)).toEqual([
      'A',
      '├─ 21 × B',
      '└─ D',
    ]);
  });

  it('measures the siblings', () => {
    const tree = treeOf(traceOfLines(`A 0-9\n${times(21, '  B 1-2')}\n  B 1-4`));
    expect(treeLines(tree, 9)[1]?.folded).toMatchObject({
      leastNanos: 1e6,
      mostNanos: 3e6,
      sumNanos: 24e6,
    });
  });

  it('keeps failed siblings and those of other kinds apart', () => {
    const text = `A 0-9\n${times(21, '  B 0-1')}\n  B [failed] 3-4\n  B [client] 4-5`;
    expect(drawn(text)).toEqual(['A', '├─ 21 × B', '├─ B', '└─ B']);
  });

  it('stops at a number of lines', () => {
    expect(drawn('A 0-9\n  B 0-1\n  C 1-2', 2)).toEqual(['A', '├─ B']);
  });

  it('indents 20 levels at most', () => {
    const chain = Array.from({ length: 1_000 }, (_, i) => `${'  '.repeat(i)}A 0-1`).join('\n');
    const lines = drawn(chain, 1_000);
    expect(lines.at(-1)?.startsWith('…')).toBe(true);
    expect(lines.at(-1)?.length).toBeLessThan(80);
  });
});

describe('indentOf', () => {
  it('goes on with the branches of a line', () => {
    const tree = treeOf(traceOfLines('A 0-9\n  B 0-1\n    C 0-1\n  D 2-3'));
    expect(treeLines(tree, 9).map(indentOf)).toEqual(['', '│  ', '│     ', '   ']);
  });
});
