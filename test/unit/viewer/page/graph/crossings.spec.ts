import { describe, expect, it } from '@jest/globals';
import {
  crossingsOf,
  type Neighbours,
  type Order,
  orderLayers,
} from '../../../../../lib/viewer/page/graph/crossings.js';

function neighboursOf(count: number, edges: readonly (readonly [number, number])[]): Neighbours {
  const before = Array.from({ length: count }, (): number[] => []);
  const after = Array.from({ length: count }, (): number[] => []);
  for (const [from, to] of edges) {
    after[from]?.push(to);
    before[to]?.push(from);
  }
  return { before, after };
}

describe('crossingsOf', () => {
  it.each<[Order, number]>([
    [
      [
        [0, 1],
        [2, 3],
      ],
      1,
    ],
    [
      [
        [1, 0],
        [2, 3],
      ],
      0,
    ],
    [
      [
        [0, 1],
        [3, 2],
      ],
      0,
    ],
  ])('of %j is %i', (order, expected) => {
    expect(
      crossingsOf(
        order,
        neighboursOf(4, [
          [0, 3],
          [1, 2],
        ]),
      ),
    ).toBe(expected);
  });

  it('counts no edges that begin at the same node', () => {
    expect(
      crossingsOf(
        [[0], [1, 2]],
        neighboursOf(3, [
          [0, 2],
          [0, 1],
        ]),
      ),
    ).toBe(0);
  });
});

describe('orderLayers', () => {
  it('removes crossings over several layers', () => {
    const neighbours = neighboursOf(6, [
      [0, 3],
      [1, 2],
      [2, 5],
      [3, 4],
    ]);
    const order = orderLayers(
      [
        [
          [0, 1],
          [2, 3],
          [4, 5],
        ],
      ],
      neighbours,
    );
    expect(crossingsOf(order, neighbours)).toBe(0);
  });

  it('keeps the first order unless another one is better', () => {
    const neighbours = neighboursOf(4, [
      [0, 2],
      [1, 3],
    ]);
    expect(
      orderLayers(
        [
          [
            [1, 0],
            [3, 2],
          ],
          [
            [0, 1],
            [2, 3],
          ],
        ],
        neighbours,
      ),
    ).toEqual([
      [1, 0],
      [3, 2],
    ]);
    const worse = orderLayers(
      [
        [
          [1, 0],
          [2, 3],
        ],
      ],
      neighbours,
    );
    expect(crossingsOf(worse, neighbours)).toBe(0);
  });

  it('has nothing to order without layers', () => {
    expect(orderLayers([[]], neighboursOf(0, []))).toEqual([]);
  });
});
