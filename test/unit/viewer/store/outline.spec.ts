import { describe, expect, it } from '@jest/globals';
import { assembleColumns } from '../../../../lib/viewer/store/gaps.js';
import { emptyOutline, extendOutline } from '../../../../lib/viewer/store/outline.js';
import { SlabPool, SpanColumns, type SpanRow } from '../../../../lib/viewer/store/span-columns.js';

function columnsOf(rows: readonly Partial<SpanRow>[]): SpanColumns {
  const columns = new SpanColumns(new SlabPool(0));
  rows.forEach((row, index) => {
    columns.add({
      spanIdLow: index + 1,
      spanIdHigh: 0,
      parentIdLow: 0,
      parentIdHigh: 0,
      start: 0,
      end: 0,
      name: 0,
      service: 0,
      resource: 0,
      origin: 0,
      address: 0,
      length: 0,
      kind: 1,
      status: 0,
      flags: 0,
      ...row,
    });
  });
  return columns;
}

describe('the outline of a trace', () => {
  it('has its first root, its times and its failures', () => {
    const columns = columnsOf([
      { parentIdLow: 2, start: 1, end: 4, status: 2 },
      { start: 5, end: 9 },
      { start: 3, end: NaN },
    ]);
    const outline = emptyOutline();
    for (let row = 0; row < 3; row++) extendOutline(outline, columns, row);
    expect(outline).toEqual({ mainRow: 2, hasRoot: true, start: 1, end: 9, failedCount: 1 });
  });
});

describe('what a trace lacks', () => {
  it('is counted, and parents are written into their column', () => {
    const columns = columnsOf([{}, { parentIdLow: 1 }, { parentIdLow: 9 }]);
    expect(assembleColumns(columns)).toEqual({ orphanCount: 1, cycleCount: 0 });
    expect([...columns.views(false).parents]).toEqual([-1, 0, -1]);
    const circle = columnsOf([{ parentIdLow: 2 }, { parentIdLow: 1 }]);
    expect(assembleColumns(circle)).toEqual({ orphanCount: 0, cycleCount: 1 });
  });
});
