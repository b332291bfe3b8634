import { describe, expect, it } from '@jest/globals';
import { BarInk } from '../../../../../lib/viewer/page/trace/bar-ink.js';

function fakeCanvas() {
  const counts = { patterns: 0, measures: 0 };
  const context = {
    canvas: { ownerDocument: { createElement: () => ({ getContext: () => null }) } },
    createPattern: () => `pattern ${++counts.patterns}`,
    measureText: (text: string) => {
      counts.measures++;
      return { width: text === ' ' ? 3 : 6 };
    },
  };
  return { context: context as unknown as CanvasRenderingContext2D, counts };
}

describe('BarInk', () => {
  it('makes one pattern for each colour', () => {
    const { context } = fakeCanvas();
    const ink = new BarInk();
    const patterns = ['red', 'blue', 'red'].map((color) => ink.hatchOf(context, color));
    expect(patterns).toEqual(['pattern 1', 'pattern 2', 'pattern 1']);
  });

  it('measures each character once', () => {
    const { context, counts } = fakeCanvas();
    const ink = new BarInk();
    expect([ink.widthOf(context, '1.1 ms'), ink.widthOf(context, '11 ms')]).toEqual([33, 27]);
    expect(counts.measures).toBe(5);
  });
});
