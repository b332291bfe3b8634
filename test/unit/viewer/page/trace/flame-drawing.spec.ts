import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import { flameTreeOf } from '../../../../../lib/viewer/analysis/flame-tree.js';
import { canvasPalette } from '../../../../../lib/viewer/page/trace/canvas-palette.js';
import { drawFlame } from '../../../../../lib/viewer/page/trace/flame-drawing.js';
import { flameLayoutOf } from '../../../../../lib/viewer/page/trace/flame-layout.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

function drawn(lines: string, current?: number) {
  const texts: string[] = [];
  const outlines: number[] = [];
  const state = { fillStyle: '', badBars: 0 };
  const context = Object.assign(state, {
    clearRect: () => {},
    save: () => {},
    restore: () => {},
    beginPath: () => {},
    rect: () => {},
    clip: () => {},
    fillRect: () => {
      if (state.fillStyle === 'var(--bad)') state.badBars++;
    },
    strokeRect: (x: number) => outlines.push(x),
    fillText: (text: string) => texts.push(text),
  });
  const tree = flameTreeOf(analyse(traceOfLines(lines)));
  const layout = flameLayoutOf(tree, 'path', 'time');
  const palette = canvasPalette((value) => value);
  const node = current === undefined ? undefined : tree.nodes[current];
  drawFlame(context as unknown as CanvasRenderingContext2D, layout, palette, 1_000, node);
  return { texts, outlines, badBars: state.badBars };
}

describe('drawFlame', () => {
  it('writes names with the number of calls, and marks failures', () => {
    const { texts, badBars } = drawn('a 0-100\n  b [failed] 0-40\n  c 40-60\n  c 60-80');
    expect(texts.sort()).toEqual(['2 × c', 'a', '✗ b']);
    expect(badBars).toBe(1);
  });

  it('leaves out what is too narrow, with all below it', () => {
    expect(drawn('a 0-100000\n  b 0-1\n    c 0-1').texts).toEqual(['a']);
  });

  it('outlines the current node', () => {
    expect(drawn('a 0-100\n  b 0-40\n  c 50-80', 2).outlines).toEqual([401]);
  });
});
