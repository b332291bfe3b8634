import { describe, expect, it } from '@jest/globals';
import type { TraceRow } from '../../../../../lib/viewer/api/trace-row.js';
import type { ListOrder } from '../../../../../lib/viewer/page/list/list-address.js';
import { TraceRows } from '../../../../../lib/viewer/page/list/trace-rows.js';
import { traceRow } from '../../../../support/trace-rows.js';

const numbersOf = ({ rows }: TraceRows): number[] => rows.map(({ id }) => Number.parseInt(id, 16));
const idOf = (number: number): string => traceRow(number).id;

function listOf(numbers: readonly number[], hasMore = false, order: ListOrder = 'newest') {
  const list = new TraceRows(order);
  list.start(
    numbers.map((number) => traceRow(number)),
    hasMore,
  );
  return list;
}

const arrive = (list: TraceRows, rows: readonly TraceRow[], isHeld = false): void =>
  list.apply({ rows, removed: [] }, isHeld);

describe('TraceRows', () => {
  it('puts new traces on top, and changes known ones where they are', () => {
    const list = listOf([3, 2, 1]);
    arrive(list, [traceRow(2, { spanCount: 9 }), traceRow(4), traceRow(5)]);
    expect(numbersOf(list)).toEqual([5, 4, 3, 2, 1]);
    expect(list.rows[3]).toMatchObject({ spanCount: 9 });
  });

  it('drops traces that are gone', () => {
    const list = listOf([3, 2, 1]);
    list.apply({ rows: [], removed: [idOf(2), idOf(9)] }, false);
    expect(numbersOf(list)).toEqual([3, 1]);
  });

  it.each<[ListOrder, Partial<TraceRow>]>([
    ['duration', { durationNanos: 5_000_000 }],
    ['spans', { spanCount: 5 }],
    ['failures', { failedCount: 5 }],
  ])('keeps the order by %s, equal ones as they arrived', (order, changes) => {
    const list = listOf([3, 2, 1], false, order);
    arrive(list, [traceRow(4, changes), traceRow(1, changes), traceRow(5)]);
    expect(numbersOf(list)).toEqual([4, 1, 5, 3, 2]);
  });

  it('has traces of the latest run before those of runs that are read again', () => {
    const list = new TraceRows('newest');
    list.start([traceRow(2, { run: 2 }), traceRow(1, { run: 2 })], false);
    arrive(list, [traceRow(3, { run: 1 }), traceRow(4, { run: 2 })]);
    expect(numbersOf(list)).toEqual([4, 2, 1, 3]);
  });

  it('leaves rows to the pages that are not loaded', () => {
    const list = listOf([5, 4, 3], true);
    arrive(list, [traceRow(1), traceRow(6)]);
    expect(numbersOf(list)).toEqual([6, 5, 4, 3]);
    list.append([traceRow(3), traceRow(2), traceRow(1)], false);
    expect(numbersOf(list)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(list.hasMore).toBe(false);
  });

  it('moves nothing while it is held: new traces wait', () => {
    const list = listOf([2, 1]);
    arrive(list, [traceRow(3), traceRow(1, { spanCount: 7 })], true);
    arrive(list, [traceRow(3, { spanCount: 8 }), traceRow(4)], true);
    expect([numbersOf(list), list.newCount]).toEqual([[2, 1], 2]);
    expect(list.rows[1]).toMatchObject({ spanCount: 7 });
    list.apply({ rows: [], removed: [idOf(4)] }, true);
    expect(list.newCount).toBe(1);
    list.release();
    expect([numbersOf(list), list.newCount]).toEqual([[3, 2, 1], 0]);
    expect(list.rows[0]).toMatchObject({ spanCount: 8 });
  });

  it('has bounds: it keeps the first rows, and counts what it cannot hold back', () => {
    const list = listOf([1]);
    arrive(
      list,
      Array.from({ length: 1_200 }, (_, i) => traceRow(i + 2)),
      true,
    );
    expect([list.newCount, list.hasMissed]).toEqual([1_200, true]);
    const followed = listOf([1]);
    for (let i = 2; i <= 2_002; i++) arrive(followed, [traceRow(i)]);
    expect([followed.rows.length, followed.hasMore]).toEqual([1_001, true]);
    expect(numbersOf(followed)[0]).toBe(2_002);
  });

  it('shows a change before the server tells of it', () => {
    const list = listOf([2, 1]);
    list.change(idOf(1), { isStarred: true });
    expect(list.rows.map(({ isStarred }) => isStarred)).toEqual([false, true]);
  });
});
