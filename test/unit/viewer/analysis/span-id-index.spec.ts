import { describe, expect, it } from '@jest/globals';
import { SpanIdIndex, wordsOf } from '../../../../lib/viewer/analysis/span-id-index.js';

const rowsOf = (ids: readonly bigint[], wanted: bigint): number[] => {
  const index = new SpanIdIndex(BigUint64Array.from(ids), ids.length);
  const rows: number[] = [];
  let row = index.firstOf(wordsOf(new BigUint64Array([wanted]), 1), 0);
  for (; row !== -1; row = index.after(row)) rows.push(row);
  return rows;
};

describe('SpanIdIndex', () => {
  it('finds each row of an id, in order', () => {
    expect(rowsOf([7n, 8n, 7n, 9n, 7n], 7n)).toEqual([0, 2, 4]);
    expect(rowsOf([7n, 8n], 6n)).toEqual([]);
    expect(rowsOf([], 6n)).toEqual([]);
  });

  it('finds each of many ids that are alike', () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => (BigInt(i) << 32n) | BigInt(i % 7));
    for (const row of [0, 1, 1_234, 4_999]) expect(rowsOf(ids, ids[row] as bigint)).toEqual([row]);
  });

  it('reads the words of ids that begin within a buffer', () => {
    const ids = new BigUint64Array([1n, 2n, 3n]).subarray(1);
    const index = new SpanIdIndex(ids, 2);
    expect(index.firstOf(wordsOf(ids, 2), 1)).toBe(1);
  });
});
