import { describe, expect, it } from '@jest/globals';
import {
  durationTicks,
  rangeBetween,
  rowAt,
  scatterScale,
  startMillis,
  xOf,
  yOf,
} from '../../../../../lib/viewer/page/list/scatter-scale.js';
import { traceRow } from '../../../../support/trace-rows.js';

const SIZE = { width: 1_054, height: 112 };
const START = 1_700_000_000_000;

const rows = [
  traceRow(0, { durationNanos: 2_000_000 }),
  traceRow(500, { durationNanos: 20_000_000 }),
  traceRow(1_000, { durationNanos: 90_000_000, failedCount: 1 }),
];
const scale = scatterScale(rows, SIZE);

describe('scatterScale', () => {
  it('goes from the first to the last start, and over whole powers of ten', () => {
    expect(scale).toEqual({
      fromMillis: START,
      toMillis: START + 1_000,
      minNanos: 1e6,
      maxNanos: 1e8,
      ...SIZE,
    });
  });

  it('has the range that the list is narrowed to', () => {
    expect(scatterScale(rows, SIZE, { from: START + 100, to: START + 200 })).toMatchObject({
      fromMillis: START + 100,
      toMillis: START + 200,
    });
  });

  it.each([
    ['no row', []],
    ['one row', [traceRow(1)]],
    ['a row without a duration', [traceRow(1, { durationNanos: 0 })]],
  ])('is one for %s', (_, few) => {
    const { fromMillis, toMillis, minNanos, maxNanos } = scatterScale(few, SIZE);
    expect(toMillis).toBeGreaterThan(fromMillis);
    expect(maxNanos / minNanos).toBeGreaterThanOrEqual(100);
    expect(minNanos).toBeGreaterThan(0);
  });
});

describe('the place of a trace', () => {
  it('is inside of the chart', () => {
    const places = rows.map((row) => [xOf(startMillis(row), scale), yOf(row.durationNanos, scale)]);
    expect(places.map(([x]) => x)).toEqual([48, 548, 1_048]);
    expect(yOf(1e6, scale)).toBe(106);
    expect(yOf(1e7, scale)).toBeCloseTo(56);
    expect(yOf(1e8, scale)).toBe(6);
    expect(yOf(0, scale)).toBe(106);
  });

  it('leads to the trace', () => {
    expect(rowAt(rows, scale, 547, yOf(20_000_000, scale) + 3)).toBe(rows[1]);
    expect(rowAt(rows, scale, 480, 50)).toBeUndefined();
  });
});

describe('durationTicks', () => {
  it('are powers of ten, not nearer than their labels are high', () => {
    expect(durationTicks(scale).map(({ nanos }) => nanos)).toEqual([1e6, 1e7, 1e8]);
    const low = durationTicks({ ...scale, minNanos: 1e3, maxNanos: 1e10, height: 60 });
    expect(low.map(({ nanos }) => nanos)).toEqual([1e3, 1e6, 1e9]);
  });
});

describe('rangeBetween', () => {
  it('contains what was dragged over, in either direction', () => {
    expect(rangeBetween(248, 448, scale)).toEqual({ from: START + 200, to: START + 401 });
    expect(rangeBetween(448, 248, scale)).toEqual({ from: START + 200, to: START + 401 });
  });

  it('ends at the edges, and contains the last trace', () => {
    expect(rangeBetween(-50, 5_000, scale)).toEqual({ from: START, to: START + 1_001 });
  });

  it('is none for a click', () => {
    expect(rangeBetween(200, 203, scale)).toBeUndefined();
  });
});
