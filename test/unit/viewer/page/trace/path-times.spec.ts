import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import { displayTreeOf } from '../../../../../lib/viewer/page/trace/display-tree.js';
import { pathTimesOf } from '../../../../../lib/viewer/page/trace/path-times.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

const MILLI = 1e6;

describe('pathTimesOf', () => {
  const { tree, path } = analyse(
    traceOfLines(`
      a 0-100
        b 10-60
          c 20-50
        beside 12-40
        d 70-90
    `),
  );
  const display = displayTreeOf(tree);
  const times = pathTimesOf(display, path);
  const positionOf = (row: number) => display.positions[row] as number;

  it('has the time of the path in each node and below', () => {
    const interval = (row: number) => {
      const position = positionOf(row);
      return [times.froms[position], times.tos[position]].map((n) => (n as number) / MILLI);
    };
    expect([0, 1, 2, 3, 4].map(interval)).toEqual([
      [0, 100],
      [10, 60],
      [20, 50],
      [NaN, NaN],
      [70, 90],
    ]);
  });

  it('has the segments of each node by time', () => {
    const segmentsOf = (row: number) => {
      const at = positionOf(row);
      return [...times.segments.subarray(times.offsets[at], times.offsets[at + 1])].map((i) => [
        (path.froms[i] as number) / MILLI,
        (path.tos[i] as number) / MILLI,
      ]);
    };
    expect(segmentsOf(0)).toEqual([
      [0, 10],
      [60, 70],
      [90, 100],
    ]);
    expect(segmentsOf(1)).toEqual([
      [10, 20],
      [50, 60],
    ]);
    expect(segmentsOf(3)).toEqual([]);
  });
});
