import { describe, expect, it } from '@jest/globals';
import { scrollTopFor, visibleRows } from '../../../../../lib/viewer/page/list/visible-rows.js';

describe('visibleRows', () => {
  it.each([
    ['at the top', 1_000, 0, { first: 0, end: 25 }],
    ['in between, with some before and after', 1_000, 2_000, { first: 90, end: 125 }],
    ['at the end', 100, 1_800, { first: 80, end: 100 }],
    ['of fewer rows than there is space for', 3, 0, { first: 0, end: 3 }],
    ['of a list that has become shorter', 3, 2_000, { first: 0, end: 3 }],
    ['pulled beyond the top', 1_000, -50, { first: 0, end: 25 }],
  ])('%s', (_, rowCount, scrollTop, expected) => {
    expect(visibleRows(rowCount, 20, scrollTop, 200)).toEqual(expected);
  });

  it('contain what is visible, and change every few rows only', () => {
    const seen = new Set<string>();
    for (let scrollTop = 0; scrollTop < 2_000; scrollTop += 7) {
      const { first, end } = visibleRows(1_000, 20, scrollTop, 200);
      expect(first * 20).toBeLessThanOrEqual(scrollTop);
      expect(end * 20).toBeGreaterThanOrEqual(scrollTop + 200);
      seen.add(`${first} ${end}`);
    }
    expect(seen.size).toBeLessThanOrEqual(20);
  });
});

describe('scrollTopFor', () => {
  it.each([
    ['a visible row', 5, 0, 0],
    ['a row above', 5, 300, 100],
    ['a row below', 30, 0, 420],
  ])('%s', (_, row, scrollTop, expected) => {
    expect(scrollTopFor(row, 20, scrollTop, 200)).toBe(expected);
  });
});
