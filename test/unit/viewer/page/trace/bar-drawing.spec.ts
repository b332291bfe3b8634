import { describe, expect, it } from '@jest/globals';
import {
  BarDrawing,
  type BarScene,
  nanosAt,
  PixelRuns,
  pixelOf,
} from '../../../../../lib/viewer/page/trace/bar-drawing.js';
import { BarInk } from '../../../../../lib/viewer/page/trace/bar-ink.js';
import { traceModelOf } from '../../../../../lib/viewer/page/trace/trace-model.js';
import { visibleLines } from '../../../../../lib/viewer/page/trace/visible-lines.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

interface Drawn {
  readonly what: 'fill' | 'stroke' | 'text';
  readonly style: string;
  readonly alpha: number;
  readonly x: number;
  readonly width: number;
  readonly text?: string;
}

/** A canvas that remembers what is drawn. Patterns are named after the colour that they hatch with. */
function recorder(): { context: CanvasRenderingContext2D; drawn: Drawn[] } {
  const drawn: Drawn[] = [];
  const state = { fillStyle: '', strokeStyle: '', globalAlpha: 1 };
  const tile = { getContext: () => null };
  const context = Object.assign(state, {
    canvas: { ownerDocument: { createElement: () => tile } },
    clearRect: () => {},
    setLineDash: () => {},
    createPattern: () => 'hatch',
    measureText: (text: string) => ({ width: text.length * 6 }),
    fillRect: (x: number, _y: number, width: number) =>
      drawn.push({ what: 'fill', style: state.fillStyle, alpha: state.globalAlpha, x, width }),
    strokeRect: (x: number, _y: number, width: number) =>
      drawn.push({ what: 'stroke', style: state.strokeStyle, alpha: state.globalAlpha, x, width }),
    fillText: (text: string, x: number) =>
      drawn.push({
        what: 'text',
        style: state.fillStyle,
        alpha: state.globalAlpha,
        x,
        width: 0,
        text,
      }),
  });
  return { context: context as unknown as CanvasRenderingContext2D, drawn };
}

function drawnOf(lines: string, change: Partial<BarScene> = {}): Drawn[] {
  const model = traceModelOf(traceOfLines(lines));
  const collapsed = new Uint8Array(model.display.count);
  const shown = visibleLines(model.display, collapsed);
  const { context, drawn } = recorder();
  const scene = {
    model,
    lines: shown,
    first: 0,
    end: shown.length,
    collapsed,
    range: model.whole,
    width: 112,
    lineHeight: 22,
    palette: {
      services: Array(12).fill('color'),
      ink: 'ink',
      dim: 'dim',
      line: 'line',
      paper: 'paper',
      accent: 'accent',
      bad: 'bad',
    },
    isDim: () => false,
    marksOf: () => [],
    ticks: [],
    ...change,
  };
  new BarDrawing(context, scene, new BarInk()).draw();
  return drawn;
}

const bars = (drawn: readonly Drawn[], style: string) =>
  drawn
    .filter((each) => each.style === style && each.what === 'fill')
    .map(({ x, width, alpha }) => [x, width, alpha]);

describe('pixelOf', () => {
  it('leaves free space at both sides, and nanosAt is its other way round', () => {
    const range = { from: 100, to: 200 };
    expect([100, 150, 200].map((nanos) => pixelOf(nanos, range, 112))).toEqual([6, 56, 106]);
    expect(nanosAt(56, range, 112)).toBe(150);
  });
});

describe('BarDrawing', () => {
  it('draws lightly what waits, and fully what is on the path itself', () => {
    const drawn = drawnOf(`
      a 0-100
        b 20-60
    `);
    expect(bars(drawn, 'color')).toEqual([
      [6, 100, 0.42],
      [6, 20, 1],
      [66, 40, 1],
      [26, 40, 0.42],
      [26, 40, 1],
    ]);
  });

  it('hatches what is beside the path', () => {
    const drawn = drawnOf(`
      a 0-100
        b 20-60
        beside 30-50
    `);
    expect(bars(drawn, 'hatch')).toEqual([[36, 20, 1]]);
  });

  it('fills what is too narrow for a hatch', () => {
    const drawn = drawnOf(`
      a 0-100
        beside 30-33
        b 20-60
    `);
    expect(bars(drawn, 'hatch')).toEqual([]);
  });

  it('draws a collapsed span with the path of what it hides', () => {
    const collapsed = Uint8Array.of(1, 0);
    const drawn = drawnOf(
      `
      a 0-100
        b 20-60
    `,
      { collapsed, lines: Uint32Array.of(0), end: 1 },
    );
    expect(bars(drawn, 'color')).toEqual([[6, 100, 1]]);
  });

  it('marks failed spans by a line and a cross, and running spans by dashes', () => {
    const drawn = drawnOf(`
      a [failed] 0-10
        b 5-
        c 8-100
    `);
    expect(bars(drawn, 'bad')).toEqual([[6, 10, 1]]);
    expect(drawn.filter(({ what }) => what === 'stroke')).toHaveLength(1);
    expect(drawn.find(({ text }) => text?.startsWith('✗'))?.text).toBe('✗ 10.0 ms');
  });

  it('draws logs and events as lines, bad ones in another colour', () => {
    const marks = [
      { nanos: 10e6, isBad: false },
      { nanos: 20e6, isBad: true },
    ];
    const drawn = drawnOf('a 0-100', { marksOf: () => marks });
    expect(bars(drawn, 'ink').map(([x]) => x)).toEqual([15.5]);
    expect(bars(drawn, 'bad').map(([x]) => x)).toEqual([25.5]);
  });

  it('draws what a search is not about lightly', () => {
    const alphas = bars(drawnOf('a 0-100', { isDim: () => true }), 'color').map(([, , a]) => a);
    expect(Math.max(...(alphas as number[]))).toBe(0.25);
  });

  it('draws a group as its siblings', () => {
    const queries = Array.from({ length: 21 }, (_, i) => `  q [client] ${i * 4}-${i * 4 + 1}`);
    const model = traceModelOf(traceOfLines(['a 0-100', ...queries].join('\n')));
    const drawn = drawnOf(['a 0-100', ...queries].join('\n'), {
      lines: Uint32Array.of(1),
      end: 1,
      width: 1_012,
      collapsed: new Uint8Array(model.display.count).fill(1),
    });
    expect(bars(drawn, 'hatch')).toHaveLength(21);
    expect(drawn.find(({ text }) => text !== undefined)?.text).toBe('Σ 21.0 ms');
  });
});

describe('PixelRuns', () => {
  it('joins what is closer than a pixel, with the share that is covered', () => {
    const runs: number[][] = [];
    const collector = new PixelRuns((...run) => runs.push(run));
    collector.add(0, 1);
    collector.add(1.5, 2);
    collector.add(10, 14);
    collector.end();
    expect(runs).toEqual([
      [0, 2, 0.75],
      [10, 4, 1],
    ]);
  });

  it('makes runs of some pixels, however many intervals there are', () => {
    const runs: number[][] = [];
    const collector = new PixelRuns((...run) => runs.push(run));
    for (let i = 0; i < 1_000; i++) collector.add(i / 10, i / 10 + 0.05);
    collector.end();
    expect(runs.length).toBeLessThan(20);
    expect(runs.every(([, , share]) => Math.abs((share as number) - 0.5) < 0.05)).toBe(true);
  });
});
