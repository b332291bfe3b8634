import { serviceColorOf } from '../parts/service-color.js';
import type { TraceModel } from './trace-model.js';

/** Nothing is drawn at a pixel. */
const EMPTY = 255;

/**
 * All spans of a trace as a small picture: time to the right, the order of the tree downwards. It is computed
 * as numbers, because 100,000 rectangles would take a canvas several frames.
 *
 * @returns by pixel, line by line: the number of a service's colour, or 255 where nothing is
 */
export function minimapPixels(model: TraceModel, width: number, height: number): Uint8Array {
  const { display, whole, trace, analysis } = model;
  const { starts, ends } = analysis.tree;
  const pixels = new Uint8Array(width * height).fill(EMPTY);
  const colors = colorsOfServices(model);
  const scale = width / (whole.to - whole.from);
  let rowCount = 0;
  for (let position = 0; position < display.count; position++) {
    const row = display.nodes[position] as number;
    if (row >= analysis.tree.rowCount) continue;
    const top = Math.floor((rowCount * height) / analysis.tree.rowCount);
    const next = Math.floor((++rowCount * height) / analysis.tree.rowCount);
    // Where there is room, a free line stands between two spans.
    const bottom = Math.max(top + 1, next > top + 2 ? next - 1 : next);
    const left = Math.floor(((starts[row] as number) - whole.from) * scale);
    const right = Math.ceil(((ends[row] as number) - whole.from) * scale);
    const color = colors[trace.services[row] ?? -1] ?? 0;
    const from = Math.min(left, width - 1);
    const to = Math.min(width, Math.max(right, left + 1));
    for (let y = top; y < bottom; y++) pixels.fill(color, y * width + from, y * width + to);
  }
  return pixels;
}

/** Colours such pixels. @param colors red, green and blue, from 0 to 255, by number */
export function coloredPixels(
  pixels: Uint8Array,
  colors: readonly (readonly [number, number, number])[],
): Uint8ClampedArray<ArrayBuffer> {
  const result = new Uint8ClampedArray(pixels.length * 4);
  pixels.forEach((pixel, i) => {
    const color = colors[pixel];
    if (color === undefined) return;
    result.set(color, i * 4);
    result[i * 4 + 3] = 255;
  });
  return result;
}

/** Reads `rgb(1, 2, 3)` as browsers write colours. */
export function rgbOf(color: string): readonly [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** By the number of a service's text in the table of the trace. */
function colorsOfServices({ trace }: TraceModel): number[] {
  const colors: number[] = [];
  for (const service of trace.services) {
    colors[service] ??= serviceColorOf(trace.strings[service] ?? '');
  }
  return colors;
}
