import { describe, expect, it } from '@jest/globals';
import { layersOf, type Pair } from '../../../../../lib/viewer/page/graph/layers.js';
import { randomOfSeed } from '../../../../support/random-of-seed.js';

describe('layersOf', () => {
  it.each<[string, number, Pair[], number[], boolean[]]>([
    ['nothing', 0, [], [], []],
    [
      'a chain',
      3,
      [
        [0, 1],
        [1, 2],
      ],
      [0, 1, 2],
      [false, false],
    ],
    [
      'the longest way',
      3,
      [
        [0, 1],
        [1, 2],
        [0, 2],
      ],
      [0, 1, 2],
      [false, false, false],
    ],
    [
      'two that call each other',
      2,
      [
        [0, 1],
        [1, 0],
      ],
      [0, 1],
      [false, true],
    ],
    [
      'a circle with an entrance',
      4,
      [
        [2, 1],
        [1, 3],
        [3, 2],
        [0, 3],
      ],
      [0, 3, 2, 1],
      [false, true, false, false],
    ],
    [
      'a late source beside its only target',
      4,
      [
        [0, 1],
        [1, 2],
        [3, 2],
      ],
      [0, 1, 2, 1],
      [false, false, false],
    ],
    ['a node alone', 2, [], [0, 0], []],
  ])('places %s', (_case, count, pairs, layers, isReversed) => {
    expect(layersOf(count, pairs)).toEqual({ layers, isReversed });
  });

  it('leads from a layer to a later one, whatever the graph is', () => {
    const random = randomOfSeed(7);
    for (let graph = 0; graph < 200; graph++) {
      const count = 2 + Math.floor(random() * 12);
      const node = (): number => Math.floor(random() * count);
      const pairs = Array.from({ length: 20 }, (): Pair => [node(), node()]);
      const proper = pairs.filter(([from, to]) => from !== to);
      const { layers, isReversed } = layersOf(count, proper);
      proper.forEach(([from, to], i) => {
        const [left, right] = isReversed[i] ? [to, from] : [from, to];
        expect(layers[left]).toBeLessThan(layers[right] as number);
      });
      expect(Math.min(...layers)).toBe(0);
    }
  });
});
