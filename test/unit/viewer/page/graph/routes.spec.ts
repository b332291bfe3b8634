import { describe, expect, it } from '@jest/globals';
import type { Stop, Way } from '../../../../../lib/viewer/page/graph/frame.js';
import { loopOf, routesOf } from '../../../../../lib/viewer/page/graph/routes.js';

const stop = (id: string, layer: number, x: number, y: number): Stop => ({
  id,
  width: 100,
  height: 60,
  layer,
  x,
  y,
});
const wayOf = (id: string, stops: number[], isReversed = false): Way => ({
  edge: { id, from: '', to: '' },
  stops,
  isReversed,
});

describe('routesOf', () => {
  const stops: Stop[] = [
    stop('a', 0, 50, 100),
    { ...stop('lane', 1, 250, 40), height: 26, lane: { edgeId: 'x', index: 1 } },
    stop('b', 2, 450, 100),
  ];

  it('leads from side to side, in a horizontal line past a layer', () => {
    const { points, path, arrow } = routesOf(stops, [wayOf('x', [0, 1, 2])]).get('x') ?? {};
    expect(points).toEqual([
      { x: 100, y: 100 },
      { x: 200, y: 40 },
      { x: 300, y: 40 },
      { x: 400, y: 100 },
    ]);
    expect(path).toBe('M100 100C150 100 150 40 200 40C250 40 250 40 300 40C350 40 350 100 400 100');
    expect(arrow).toBe('M400 100L392 96.5V103.5Z');
  });

  it('leads a reversed edge the other way', () => {
    const { points, arrow } = routesOf(stops, [wayOf('x', [0, 2], true)]).get('x') ?? {};
    expect(points).toEqual([
      { x: 400, y: 100 },
      { x: 100, y: 100 },
    ]);
    expect(arrow).toBe('M100 100L108 96.5V103.5Z');
  });

  it('ends edges at a side in the order of their other ends', () => {
    const around = [stop('a', 0, 50, 100), stop('low', 1, 250, 200), stop('high', 1, 250, 0)];
    const routes = routesOf(around, [wayOf('low', [0, 1]), wayOf('high', [0, 2])]);
    const startOf = (id: string) => routes.get(id)?.points[0]?.y as number;
    expect([startOf('high'), startOf('low')]).toEqual([92, 108]);
  });
});

describe('loopOf', () => {
  it('leads from the top of a node to its top', () => {
    const { points, arrow, label } = loopOf('x', stop('a', 0, 100, 100));
    expect(points).toEqual([
      { x: 125, y: 70 },
      { x: 75, y: 70 },
    ]);
    expect(arrow).toBe('M75 70L71.5 62H78.5Z');
    expect(label.y).toBeLessThan(70);
  });
});
