import { describe, expect, it } from '@jest/globals';
import { fitInOrder, type Placed } from '../../../../../lib/viewer/page/graph/fit-in-order.js';
import { randomOfSeed } from '../../../../support/random-of-seed.js';

const at = (wanted: number, weight = 1, height = 10): Placed => ({ wanted, weight, height });

describe('fitInOrder', () => {
  it.each<[Placed[], number[]]>([
    [[], []],
    [[at(7)], [7]],
    [
      [at(0), at(30)],
      [0, 30],
    ],
    [
      [at(20), at(20)],
      [15, 25],
    ],
    [
      [at(30), at(10)],
      [15, 25],
    ],
    [
      [at(20, 3), at(20)],
      [17.5, 27.5],
    ],
    [
      [at(0), at(0), at(0)],
      [-10, 0, 10],
    ],
  ])('places %j at %j', (things, expected) => {
    fitInOrder(things).forEach((middle, i) => {
      expect(middle).toBeCloseTo(expected[i] as number, 9);
    });
  });

  it('keeps the order and the heights, whatever is wanted', () => {
    const random = randomOfSeed(3);
    const things = Array.from({ length: 200 }, () =>
      at(random() * 500, random() + 0.1, random() * 40),
    );
    const middles = fitInOrder(things);
    for (let i = 0; i + 1 < things.length; i++) {
      const apart = ((things[i] as Placed).height + (things[i + 1] as Placed).height) / 2;
      expect((middles[i + 1] as number) - (middles[i] as number)).toBeGreaterThan(apart - 1e-6);
    }
  });
});
