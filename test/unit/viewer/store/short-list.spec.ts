import { describe, expect, it } from '@jest/globals';
import { appended } from '../../../../lib/viewer/store/short-list.js';

describe('appended', () => {
  it('adds a value at the end, to short lists and long ones', () => {
    let list: number[] = [];
    for (let i = 0; i < 100; i++) list = appended(list, i);
    expect(list).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('leaves a short list as it was for those who hold it', () => {
    const list = appended([1], 2);
    expect(appended(list, 3)).toEqual([1, 2, 3]);
    expect(list).toEqual([1, 2]);
  });

  it('adds a list as one value', () => {
    expect(appended<number[]>([[1]], [2, 3])).toEqual([[1], [2, 3]]);
  });
});
