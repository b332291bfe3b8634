import { describe, expect, it } from '@jest/globals';
import { callIdsOf, NumberIds, pairKey } from '../../../../lib/viewer/analysis/call-ids.js';
import { treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

describe('callIdsOf', () => {
  it('gives one id to spans with equal service, name and kind', () => {
    const text = 'A 0-1\nB 0-1\nA 0-1\nA [client] 0-1\nA @b 0-1\nB @b 0-1\nA @b 0-1';
    const { ids, count } = callIdsOf(treeOf(traceOfLines(text)));
    expect([...ids]).toEqual([0, 1, 0, 2, 3, 4, 3]);
    expect(count).toBe(5);
  });

  it('has an id for missing parents', () => {
    const missing = { parentSpanId: '00000000000000ff' };
    expect([...callIdsOf(treeOf(traceOfLines('A 0-1', { A: missing }))).ids]).toEqual([0, 1]);
  });
});

describe('pairKey', () => {
  it('is different for different pairs', () => {
    const most = 2 ** 26 - 1;
    const keys = [
      pairKey(0, 1),
      pairKey(1, 0),
      pairKey(1, most),
      pairKey(2, 0),
      pairKey(most, most),
    ];
    expect(new Set(keys).size).toBe(5);
    expect(keys.every(Number.isSafeInteger)).toBe(true);
  });
});

describe('NumberIds', () => {
  it('counts from 0', () => {
    const ids = new NumberIds();
    expect([7, 9, 7].map((key) => ids.idOf(key))).toEqual([0, 1, 0]);
    expect(ids.count).toBe(2);
  });
});
