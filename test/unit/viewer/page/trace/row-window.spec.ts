import { describe, expect, it } from '@jest/globals';
import {
  contentHeight,
  firstLinePixel,
  rowWindow,
  scrollTopFor,
  scrollTopOf,
} from '../../../../../lib/viewer/page/trace/row-window.js';

const layout = { lineCount: 1_000, lineHeight: 20, viewHeight: 400 };
const long = { lineCount: 1_000_000, lineHeight: 22, viewHeight: 660 };

describe('rowWindow', () => {
  it('has the visible lines and ten around them', () => {
    expect(rowWindow(layout, 0)).toEqual({ first: 0, end: 36, top: 0 });
    const { first, end, top } = rowWindow(layout, 2_000);
    expect([first, top]).toEqual([90, 1_800]);
    expect(end).toBeGreaterThanOrEqual(130);
  });

  it('stays the same for a few lines', () => {
    expect(rowWindow(layout, 2_090)).toEqual(rowWindow(layout, 2_000));
  });

  it('ends with the last line', () => {
    expect(rowWindow(layout, 19_600).end).toBe(1_000);
    expect(rowWindow({ ...layout, lineCount: 0 }, 0)).toEqual({ first: 0, end: 0, top: 0 });
  });

  it('shows the last line of a million at the end of a height that browsers can have', () => {
    const height = contentHeight(long);
    expect(height).toBeLessThan(17_000_000);
    const { first, end, top } = rowWindow(long, height - long.viewHeight);
    expect(end).toBe(1_000_000);
    expect(top + (end - first) * long.lineHeight).toBeCloseTo(height, 3);
  });

  it('places the last of many lines at the end, also if more is scrolled than there is', () => {
    const scrollable = contentHeight(long) - long.viewHeight;
    expect(rowWindow(long, scrollable + 7)).toEqual(rowWindow(long, scrollable));
  });
});

describe('scrollTopOf', () => {
  it.each([layout, long])('is the other way round of firstLinePixel', (each) => {
    for (const pixel of [0, 1_234, each.lineCount * 10]) {
      expect(firstLinePixel(each, scrollTopOf(each, pixel))).toBeCloseTo(pixel, 3);
    }
  });
});

describe('scrollTopFor', () => {
  it('changes nothing for a line that is visible', () => {
    expect(scrollTopFor(layout, 100, 10)).toBe(100);
  });

  it('moves as little as needed', () => {
    expect(scrollTopFor(layout, 1_000, 10)).toBe(200);
    expect(scrollTopFor(layout, 0, 100)).toBe(101 * 20 - 400);
  });
});
