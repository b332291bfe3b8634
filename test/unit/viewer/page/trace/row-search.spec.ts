import { describe, expect, it } from '@jest/globals';
import {
  grownMatches,
  matchesOfRows,
  needsServer,
  searchRows,
} from '../../../../../lib/viewer/page/trace/row-search.js';
import { traceModelOf } from '../../../../../lib/viewer/page/trace/trace-model.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const model = traceModelOf(
  traceOfLines(`
    GET /orders [server] @gateway 0-100
      SELECT items [client failed] @orders 10-30
      SELECT orders [client] @orders 40-90
  `),
);
const sources = { rowsWithLogs: new Set([2]), findings: () => ['repeated-call'] };
const rowsOf = (query: string) => {
  const { matches } = searchRows(model, query, sources);
  return [...(matches?.rows ?? [])].flatMap((mark, row) => (mark === 1 ? [row] : []));
};

describe('searchRows', () => {
  it('finds nothing for no query', () => {
    expect(searchRows(model, '  ', sources)).toEqual({});
  });

  it.each([
    ['service:orders', [1, 2]],
    ['status:error', [1]],
    ['duration>=50ms', [0, 2]],
    ['has:logs', [2]],
    ['items', [1]],
    ['{status:error} {name:GET}', [0, 1]],
    ['find:n+1', [0, 1, 2]],
  ])('finds %s', (query, rows) => {
    expect(rowsOf(query)).toEqual(rows);
  });

  it('says what is wrong with a query', () => {
    expect(searchRows(model, 'name:a (b', sources).error?.column).toBeGreaterThan(0);
  });
});

describe('matchesOfRows', () => {
  it('marks the rows of a list', () => {
    expect(matchesOfRows(3, [2, 0])).toEqual({ rows: Uint8Array.of(1, 0, 1), count: 2 });
  });
});

describe('grownMatches', () => {
  it('keeps the matches when rows have come', () => {
    const matches = { rows: Uint8Array.of(1, 0), count: 1 };
    expect(grownMatches(matches, 3)).toEqual({ rows: Uint8Array.of(1, 0, 0), count: 1 });
    expect(grownMatches(matches, 2)).toEqual(matches);
  });
});

describe('needsServer', () => {
  it.each([
    ['order.id=5', true],
    ['service:a -(order.id=5 OR name:x)', true],
    ['{order.id=5} {name:x}', true],
    ['http.route:/orders status:error items', false],
    ['order.id=(', false],
    ['', false],
  ])('is about attributes that are no facts: %s', (query, needs) => {
    expect(needsServer(query)).toBe(needs);
  });
});
