import { describe, expect, it } from '@jest/globals';
import { RecentMap } from '../../../../lib/delivery/tail-sampling/recent-map.js';

describe('RecentMap', () => {
  it('forgets what was set first when it is full', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([undefined, 2, 3, 2]);
  });

  it('counts a key that is set again as set anew', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect([map.has('a'), map.has('b'), map.has('c')]).toEqual([true, false, true]);
  });

  it('gives a value away once', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    expect([map.take('a'), map.take('a'), map.size]).toEqual([1, undefined, 0]);
  });

  it('can be emptied', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.clear();
    expect(map.size).toBe(0);
  });
});
