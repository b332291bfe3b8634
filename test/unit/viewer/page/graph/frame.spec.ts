import { describe, expect, it } from '@jest/globals';
import { bestFrame } from '../../../../../lib/viewer/page/graph/frame.js';
import type { Pair } from '../../../../../lib/viewer/page/graph/layers.js';

function frameOf(count: number, pairs: Pair[]) {
  const nodes = Array.from({ length: count }, (_, i) => ({ id: `n${i}`, width: 10, height: 10 }));
  const edges = pairs.map(([from, to], i) => ({ id: `e${i}`, from: `n${from}`, to: `n${to}` }));
  return bestFrame(nodes, edges, pairs, undefined);
}

describe('bestFrame', () => {
  it('has a place in each layer that an edge passes', () => {
    const pairs: Pair[] = [
      [0, 1],
      [1, 2],
      [2, 3],
      [0, 3],
    ];
    const { stops, ways, order } = frameOf(4, pairs);
    expect(stops.slice(4).map(({ layer, lane }) => [layer, lane])).toEqual([
      [1, { edgeId: 'e3', index: 1 }],
      [2, { edgeId: 'e3', index: 2 }],
    ]);
    expect(ways[3]?.stops).toEqual([0, 4, 5, 3]);
    expect(order.map((layer) => layer.length)).toEqual([1, 2, 2, 1]);
  });

  it('has each stop in the order once, in its layer', () => {
    const pairs: Pair[] = [
      [0, 2],
      [1, 2],
      [2, 0],
      [1, 3],
      [3, 4],
      [0, 4],
    ];
    const { stops, order, ways } = frameOf(5, pairs);
    expect(order.flat().sort((a, b) => a - b)).toEqual([...stops.keys()]);
    order.forEach((layer, index) => {
      for (const each of layer) expect(stops[each]?.layer).toBe(index);
    });
    expect(ways.some(({ isReversed }) => isReversed)).toBe(true);
  });

  it('takes the layers with the fewest crossings', () => {
    expect(
      frameOf(6, [
        [0, 3],
        [0, 4],
        [1, 3],
        [1, 5],
        [2, 4],
        [2, 5],
      ]).crossingCount,
    ).toBe(2);
    expect(frameOf(0, []).crossingCount).toBe(0);
  });
});
