import { describe, expect, it } from '@jest/globals';
import { treeOf } from '../../../../../lib/viewer/analysis/trace-tree.js';
import { displayTreeOf } from '../../../../../lib/viewer/page/trace/display-tree.js';
import {
  allCollapsed,
  carriedCollapse,
  initiallyCollapsed,
  keptNodes,
  lineOfPosition,
  revealed,
  visibleLines,
} from '../../../../../lib/viewer/page/trace/visible-lines.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const queries = Array.from({ length: 21 }, (_, i) => `  SELECT [client] ${40 + i}-${40.5 + i}`);
const lines = ['a 0-100', '  b 0-30', '    c 0-10', '    d 10-20', '  e 30-35'];
const displayOf = (text: readonly string[]) => displayTreeOf(treeOf(traceOfLines(text.join('\n'))));
const display = displayOf(lines);
const none = new Uint8Array(display.count);

describe('visibleLines', () => {
  it('has all nodes if nothing is collapsed', () => {
    expect([...visibleLines(display, none)]).toEqual([0, 1, 2, 3, 4]);
  });

  it('skips what is below a collapsed node', () => {
    expect([...visibleLines(display, Uint8Array.of(0, 1, 0, 0, 0))]).toEqual([0, 1, 4]);
  });

  it('shows what passes a filter, with what is above it', () => {
    const kept = keptNodes(display, (row) => row === 3);
    expect([...kept]).toEqual([1, 1, 0, 2, 0]);
    expect([...visibleLines(display, none, kept)]).toEqual([0, 1, 3]);
  });
});

describe('lineOfPosition', () => {
  it('finds a line, and the next one of a position that is hidden', () => {
    const visible = Uint32Array.of(0, 1, 4);
    expect([0, 1, 3, 4, 9].map((position) => lineOfPosition(visible, position))).toEqual([
      0, 1, 2, 2, 3,
    ]);
  });
});

describe('initiallyCollapsed', () => {
  it('collapses groups of equal siblings only', () => {
    const grouped = displayOf([...lines, ...queries]);
    const collapsed = initiallyCollapsed(grouped);
    expect([...visibleLines(grouped, collapsed)]).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('allCollapsed', () => {
  it('leaves the roots with their children', () => {
    expect([...visibleLines(display, allCollapsed(display))]).toEqual([0, 1, 4]);
  });
});

describe('revealed', () => {
  it('opens what is above a position, and changes nothing else', () => {
    const collapsed = Uint8Array.of(1, 1, 0, 0, 0);
    expect([...revealed(display, collapsed, 3)]).toEqual([0, 0, 0, 0, 0]);
    expect([...collapsed]).toEqual([1, 1, 0, 0, 0]);
    expect(revealed(display, none, 3)).toBe(none);
  });
});

describe('carriedCollapse', () => {
  it('keeps what was collapsed and which groups were open when spans come', () => {
    const before = displayOf([...lines, ...queries]);
    const collapsed = initiallyCollapsed(before);
    collapsed[1] = 1;
    collapsed[5] = 0;
    const after = displayOf([...lines, ...queries, '  SELECT [client] 70-71', '  f 95-99']);
    const carried = carriedCollapse(before, collapsed, after);
    expect([...carried].flatMap((value, at) => (value === 1 ? [at] : []))).toEqual([1]);
  });

  it('collapses groups that are new', () => {
    const before = displayOf([...lines, ...queries.slice(1)]);
    const after = displayOf([...lines, ...queries]);
    const carried = carriedCollapse(before, initiallyCollapsed(before), after);
    expect(visibleLines(after, carried).length).toBe(6);
  });
});
