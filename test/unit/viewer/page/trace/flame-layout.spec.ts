import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import { type FlameNode, flameTreeOf } from '../../../../../lib/viewer/analysis/flame-tree.js';
import {
  type FlameLayout,
  flameLayoutOf,
  flameNeighbour,
  flameNodeAt,
} from '../../../../../lib/viewer/page/trace/flame-layout.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const tree = flameTreeOf(
  analyse(
    traceOfLines(`
      a 0-100
        b 0-20
        c 20-70
          d 30-40
        c 70-80
        beside 72-78
    `),
  ),
);
const named = (name: string) => tree.nodes.find((node) => node.name === name) as FlameNode;
const placesOf = ({ lefts, rights, levels }: FlameLayout, ...names: string[]) =>
  names.map((name) => {
    const { index } = named(name);
    const round = (share: number | undefined) => Math.round((share ?? NaN) * 100);
    return [levels[index], round(lefts[index]), round(rights[index])];
  });

describe('flameLayoutOf', () => {
  it('is as wide as the time on the path, the widest first', () => {
    const layout = flameLayoutOf(tree, 'path', 'heavy');
    expect(placesOf(layout, 'a', 'c', 'd', 'b')).toEqual([
      [0, 0, 100],
      [1, 0, 60],
      [2, 0, 10],
      [1, 60, 80],
    ]);
    expect(layout.levelCount).toBe(3);
    expect(layout.children.get(named('a').index)).not.toContain(named('beside'));
  });

  it('has the order of time, and all work', () => {
    expect(placesOf(flameLayoutOf(tree, 'path', 'time'), 'b', 'c')).toEqual([
      [1, 0, 20],
      [1, 20, 80],
    ]);
    const work = flameLayoutOf(tree, 'work', 'time');
    expect(work.children.get(named('a').index)).toContain(named('beside'));
  });

  it('makes a node as wide as the picture, with what is above it', () => {
    const layout = flameLayoutOf(tree, 'path', 'heavy', named('c'));
    expect(placesOf(layout, 'a', 'c', 'd')).toEqual([
      [0, 0, 100],
      [1, 0, 100],
      [2, 0, 17],
    ]);
    expect(layout.children.get(named('a').index)).toEqual([named('c')]);
  });
});

describe('flameNodeAt', () => {
  it('finds the node at a place', () => {
    const layout = flameLayoutOf(tree, 'path', 'heavy');
    const names = [
      [0.5, 0],
      [0.5, 1],
      [0.05, 2],
      [0.5, 2],
      [0.9, 1],
    ].map(([left, level]) => flameNodeAt(layout, left as number, level as number)?.name);
    expect(names).toEqual(['a', 'c', 'd', undefined, undefined]);
  });
});

describe('flameNeighbour', () => {
  it('goes to parents, children and siblings, and stays at the ends', () => {
    const layout = flameLayoutOf(tree, 'path', 'heavy');
    const from = (name: string | undefined, key: string) =>
      flameNeighbour(layout, name === undefined ? undefined : named(name), key)?.name;
    expect(from(undefined, 'ArrowDown')).toBe('a');
    expect(from('a', 'ArrowDown')).toBe('c');
    expect(from('c', 'ArrowRight')).toBe('b');
    expect(from('b', 'ArrowRight')).toBe('b');
    expect(from('b', 'ArrowLeft')).toBe('c');
    expect(from('d', 'ArrowUp')).toBe('c');
    expect(from('a', 'ArrowUp')).toBe('a');
  });
});
