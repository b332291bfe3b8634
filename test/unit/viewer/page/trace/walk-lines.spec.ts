import { describe, expect, it } from '@jest/globals';
import { treeOf } from '../../../../../lib/viewer/analysis/trace-tree.js';
import { displayTreeOf } from '../../../../../lib/viewer/page/trace/display-tree.js';
import { carriedPosition, nextPosition } from '../../../../../lib/viewer/page/trace/walk-lines.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const displayOf = (...lines: string[]) => displayTreeOf(treeOf(traceOfLines(lines.join('\n'))));
const display = displayOf('a 0-100', '  b 0-10', '  c 10-20', '  d 20-30');

describe('nextPosition', () => {
  const isOneOf = (row: number) => row === 1 || row === 3;

  it('goes on at the beginning behind the end, in both directions', () => {
    expect(nextPosition(display, 1, 1, isOneOf)).toBe(3);
    expect(nextPosition(display, 3, 1, isOneOf)).toBe(1);
    expect(nextPosition(display, 1, -1, isOneOf)).toBe(3);
  });

  it('stays where it is if nothing else passes, and says if nothing passes', () => {
    expect(nextPosition(display, 1, 1, (row) => row === 1)).toBe(1);
    expect(nextPosition(display, 1, 1, () => false)).toBe(-1);
  });
});

describe('carriedPosition', () => {
  it('finds the same span in a tree with more spans', () => {
    const after = displayOf('a 0-100', '  b 0-10', '  c 10-20', '  d 20-30', '  new 1-2');
    expect(carriedPosition(display, 2, after)).toBe(after.positions[2]);
    expect(after.positions[2]).toBe(3);
  });

  it('finds the group of the same siblings', () => {
    const queries = Array.from({ length: 21 }, (_, i) => `  q ${i + 10}-${i + 11}`);
    const before = displayOf('a 0-100', '  z 0-1', ...queries);
    const after = displayOf('a 0-100', '  z 0-1', ...queries, '  y 5-6');
    expect(before.nodes[2]).toBe(before.tree.rowCount);
    expect(after.nodes[carriedPosition(before, 2, after)]).toBe(after.tree.rowCount);
  });
});
