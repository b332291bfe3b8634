import { describe, expect, it } from '@jest/globals';
import type { GraphEdgeJson } from '../../../../../lib/viewer/api/graph-json.js';
import {
  COLUMNS,
  nextOrder,
  orderOf,
  type TableColumn,
  tableRows,
} from '../../../../../lib/viewer/page/graph/graph-table.js';

const NO_DURATIONS = { count: 0, p50: undefined, p95: undefined, max: undefined };
const edge = (
  from: string,
  to: string,
  callCount: number,
  failedCount = 0,
  p95?: number,
): GraphEdgeJson => ({
  from,
  to,
  isMessage: to === 'mail',
  callCount,
  failedCount,
  rate: callCount,
  errors: failedCount === 0 ? [] : [{ error: '500', count: failedCount }],
  client: { ...NO_DURATIONS, p95 },
  server: NO_DURATIONS,
  between: NO_DURATIONS,
});
const EDGES = [edge('b', 'mail', 5, 1, 2e6), edge('a', 'db', 50, 1, 1e6), edge('a', 'b', 5)];
const sorted = (sort: string): string[] =>
  tableRows(EDGES, (id) => id, orderOf(new URLSearchParams({ sort }))).map(({ id }) => id);
const columnOf = (key: string) => COLUMNS.find((column) => column.key === key) as TableColumn;

describe('the table of calls', () => {
  it.each([
    ['', ['a -> db', 'a -> b', 'b ~> mail']],
    ['calls', ['a -> b', 'b ~> mail', 'a -> db']],
    ['from', ['a -> b', 'a -> db', 'b ~> mail']],
    ['-to', ['b ~> mail', 'a -> db', 'a -> b']],
    ['-failed', ['b ~> mail', 'a -> db', 'a -> b']],
    ['-client', ['b ~> mail', 'a -> db', 'a -> b']],
    ['-rate', ['a -> db', 'a -> b', 'b ~> mail']],
    ['nonsense', ['a -> db', 'a -> b', 'b ~> mail']],
  ])('is sorted by %j', (sort, ids) => {
    expect(sorted(sort)).toEqual(ids);
  });

  it('shows what is known', () => {
    const [row] = tableRows(
      [EDGES[0] as GraphEdgeJson],
      (id) => id.toUpperCase(),
      orderOf(new URLSearchParams()),
    );
    expect(row).toEqual({
      id: 'b ~> mail',
      isFailing: true,
      title: '5 messages, 20 % failed (500 1)',
      cells: ['B', 'MAIL (messages)', '5/s', '5', '20 %', '2.0 ms', '–', '–'],
    });
  });

  it('begins with the greatest numbers and the first names, and turns the order', () => {
    const byCalls = orderOf(new URLSearchParams());
    expect(nextOrder(byCalls, columnOf('rate'))).toBe('-rate');
    expect(nextOrder(byCalls, columnOf('from'))).toBe('from');
    expect(nextOrder(byCalls, columnOf('calls'))).toBe('calls');
  });
});
