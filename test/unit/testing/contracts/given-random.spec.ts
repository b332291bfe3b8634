import { describe, expect, it } from '@jest/globals';
import {
  pick,
  randomTraceId,
  seededRandom,
} from '../../../../lib/testing/contracts/given-random.js';

describe('seededRandom', () => {
  it('gives the same numbers for the same seed, from 0 to 1', () => {
    const [one, same, other] = [seededRandom(7), seededRandom(7), seededRandom(8)];
    const numbers = Array.from({ length: 1000 }, one);
    expect(Array.from({ length: 1000 }, same)).toEqual(numbers);
    expect(Array.from({ length: 1000 }, other)).not.toEqual(numbers);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBeGreaterThan(990);
  });
});

describe('what is drawn', () => {
  it('is each of the items', () => {
    const random = seededRandom(1);
    const drawn = new Set(Array.from({ length: 100 }, () => pick(['a', 'b', 'c'], random)));
    expect([...drawn].sort()).toEqual(['a', 'b', 'c']);
  });

  it('is a trace id', () => {
    const random = seededRandom(1);
    const ids = Array.from({ length: 50 }, () => randomTraceId(random));
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(50);
  });
});
