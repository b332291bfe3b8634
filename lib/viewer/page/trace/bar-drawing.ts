import { formatNanos } from '../../analysis/durations.js';
import { isFailed } from '../../analysis/root-cause.js';
import { isMissing, isRowRunning, rowService } from '../../analysis/trace-tree.js';
import { serviceColorOf } from '../parts/service-color.js';
import type { BarInk } from './bar-ink.js';
import type { CanvasPalette } from './canvas-palette.js';
import { groupAt } from './display-tree.js';
import type { TimeMark } from './time-mark.js';
import type { TimeRange } from './time-range.js';
import type { TraceModel } from './trace-model.js';

/** What is drawn of the lines in the document. */
export interface BarScene {
  readonly model: TraceModel;
  /** The positions of all lines. */
  readonly lines: Uint32Array;
  /** The lines that are drawn: from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
  readonly collapsed: Uint8Array;
  readonly range: TimeRange;
  /** In pixels of style sheets. */
  readonly width: number;
  readonly lineHeight: number;
  readonly palette: CanvasPalette;
  /** Whether the search is about other spans. */
  readonly isDim: (row: number) => boolean;
  /** The times of the events and log records of a row, in nanoseconds after the base. */
  readonly marksOf: (row: number) => readonly TimeMark[];
  /** The times of round numbers. */
  readonly ticks: readonly number[];
}

/** Free space at both sides, so that the first and the last bar are visible as bars. */
export const SIDE_PIXELS = 6;
const BAR_HEIGHT = 12;
const MIN_BAR_WIDTH = 2;
const LABEL_GAP = 5;
const WAIT_ALPHA = 0.42;
const BESIDE_ALPHA = 0.14;
const DIM_ALPHA = 0.25;
const DIM_LABEL_ALPHA = 0.6;
/** In a narrower bar a hatch would be nearly invisible. */
const MIN_HATCHED_WIDTH = 4;

/** The horizontal pixel of a time. */
export function pixelOf(nanos: number, { from, to }: TimeRange, width: number): number {
  return SIDE_PIXELS + ((nanos - from) / (to - from)) * (width - 2 * SIDE_PIXELS);
}

/** The time at a horizontal pixel. */
export function nanosAt(pixel: number, { from, to }: TimeRange, width: number): number {
  return from + ((pixel - SIDE_PIXELS) / Math.max(1, width - 2 * SIDE_PIXELS)) * (to - from);
}

/** Draws the bars of lines: `▓` on the path, `█` waiting for what is below, `░` beside the path. */
export class BarDrawing {
  readonly #context: CanvasRenderingContext2D;
  readonly #scene: BarScene;
  readonly #ink: BarInk;

  constructor(context: CanvasRenderingContext2D, scene: BarScene, ink: BarInk) {
    this.#context = context;
    this.#scene = scene;
    this.#ink = ink;
  }

  draw(): void {
    const { width, lineHeight, first, end, lines } = this.#scene;
    this.#context.clearRect(0, 0, width, (end - first) * lineHeight);
    this.#drawTicks();
    this.#drawConnectors();
    this.#context.font = '11px system-ui, sans-serif';
    this.#context.textBaseline = 'middle';
    for (let line = first; line < end; line++) {
      this.#drawLine(lines[line] as number, (line - first) * lineHeight);
    }
    this.#context.globalAlpha = 1;
  }

  #drawTicks(): void {
    const { ticks, first, end, lineHeight, palette, range, width } = this.#scene;
    this.#context.fillStyle = palette.line;
    this.#context.globalAlpha = 0.5;
    for (const nanos of ticks) {
      this.#context.fillRect(pixelOf(nanos, range, width), 0, 1, (end - first) * lineHeight);
    }
  }

  /** A line from the bar of each parent down to the start of the child. */
  #drawConnectors(): void {
    const { model, lines, first, end, lineHeight, palette } = this.#scene;
    const { parents } = model.display;
    const lineOfPosition = new Map<number, number>();
    const context = this.#context;
    context.globalAlpha = 1;
    context.fillStyle = palette.line;
    for (let line = first; line < end; line++) {
      const position = lines[line] as number;
      lineOfPosition.set(position, line);
      const parent = parents[position] as number;
      if (parent === -1) continue;
      const x = this.#clamped(this.#timesOf(position)[0]);
      if (x <= 0 || x >= this.#scene.width) continue;
      const parentLine = lineOfPosition.get(parent);
      const top = parentLine === undefined ? 0 : (parentLine - first + 1) * lineHeight - 5;
      context.fillRect(x, top, 1, (line - first) * lineHeight + 5 - top);
    }
  }

  #drawLine(position: number, top: number): void {
    const { model, palette, isDim } = this.#scene;
    const { tree } = model.analysis;
    const group = groupAt(model.display, position);
    const row = group?.rows[0] ?? (model.display.nodes[position] as number);
    const [from, to] = this.#timesOf(position);
    const x = this.#clamped(from);
    const right = Math.max(x + MIN_BAR_WIDTH, this.#clamped(to));
    const y = top + 5;
    const color = palette.services[serviceColorOf(rowService(tree, row))] ?? palette.ink;
    const alpha = isDim(row) ? DIM_ALPHA : 1;
    const context = this.#context;
    if (isMissing(tree, row)) {
      this.#outline(x, y, right - x, palette.dim, alpha);
    } else if (group === undefined) {
      this.#drawBar(position, x, right, y, color, alpha);
      if (isRowRunning(tree, row)) this.#outline(x, y, right - x, palette.ink, alpha);
      if (isFailed(tree, row)) {
        context.globalAlpha = alpha;
        context.fillStyle = palette.bad;
        context.fillRect(x, y + BAR_HEIGHT, right - x, 2);
      }
    } else {
      this.#drawGroup(group.rows, y, color, alpha);
    }
    this.#drawMarks(row, y, alpha);
    const label = formatNanos(group?.sumNanos ?? to - from);
    const mark = isFailed(tree, row) ? `✗ ${label}` : label;
    this.#drawLabel(group === undefined ? mark : `Σ ${label}`, x, right, y, alpha);
  }

  /** Where the path was in the span or below it, where in the span itself, and what is beside the path. */
  #drawBar(
    position: number,
    left: number,
    right: number,
    y: number,
    color: string,
    alpha: number,
  ): void {
    const { pathTimes, analysis } = this.#scene.model;
    const from = pathTimes.froms[position] as number;
    if (Number.isNaN(from)) {
      this.#fillHatched(left, y, right - left, color, alpha);
      return;
    }
    const pathLeft = this.#clamped(from);
    const pathRight = Math.max(pathLeft + 1, this.#clamped(pathTimes.tos[position] as number));
    if (pathLeft > left) this.#fillHatched(left, y, pathLeft - left, color, alpha);
    if (right > pathRight) this.#fillHatched(pathRight, y, right - pathRight, color, alpha);
    const isClosed = this.#scene.collapsed[position] === 1;
    this.#context.fillStyle = color;
    this.#context.globalAlpha = isClosed ? alpha : alpha * WAIT_ALPHA;
    this.#context.fillRect(pathLeft, y, pathRight - pathLeft, BAR_HEIGHT);
    if (isClosed) return;
    const runs = new PixelRuns((left, width, share) => {
      this.#context.globalAlpha = alpha * Math.max(WAIT_ALPHA, share);
      this.#context.fillRect(left, y, width, BAR_HEIGHT);
    });
    const last = pathTimes.offsets[position + 1] as number;
    for (let i = pathTimes.offsets[position] as number; i < last; i++) {
      const segment = pathTimes.segments[i] as number;
      runs.add(
        this.#clamped(analysis.path.froms[segment] as number),
        this.#clamped(analysis.path.tos[segment] as number),
      );
    }
    runs.end();
  }

  #drawGroup(rows: Uint32Array, y: number, color: string, alpha: number): void {
    const { tree } = this.#scene.model.analysis;
    const { pathTimes, display } = this.#scene.model;
    const beside = new PixelRuns((left, width) => {
      this.#fillHatched(left, y, width, color, alpha);
    });
    const onPath = new PixelRuns((left, width, share) => {
      this.#context.fillStyle = color;
      this.#context.globalAlpha = alpha * Math.max(WAIT_ALPHA, share);
      this.#context.fillRect(left, y, width, BAR_HEIGHT);
    });
    for (const row of rows) {
      const position = display.positions[row] as number;
      beside.add(
        this.#clamped(tree.starts[row] as number),
        this.#clamped(tree.ends[row] as number),
      );
      const from = pathTimes.froms[position] as number;
      if (Number.isNaN(from)) continue;
      onPath.add(this.#clamped(from), this.#clamped(pathTimes.tos[position] as number));
    }
    beside.end();
    onPath.end();
  }

  #drawMarks(row: number, y: number, alpha: number): void {
    const { palette, marksOf } = this.#scene;
    this.#context.globalAlpha = alpha;
    for (const { nanos, isBad } of marksOf(row)) {
      this.#context.fillStyle = isBad ? palette.bad : palette.ink;
      this.#context.fillRect(this.#clamped(nanos) - 0.5, y - 2, 1.5, BAR_HEIGHT + 4);
    }
  }

  /** Behind the bar if there is room, else before it, else at the end of what is visible of it. */
  #drawLabel(text: string, left: number, right: number, y: number, alpha: number): void {
    const { width, palette } = this.#scene;
    const context = this.#context;
    const textWidth = this.#ink.widthOf(context, text);
    context.globalAlpha = Math.max(alpha, DIM_LABEL_ALPHA);
    const middle = y + BAR_HEIGHT / 2;
    context.fillStyle = palette.dim;
    if (right + LABEL_GAP + textWidth <= width) {
      context.fillText(text, right + LABEL_GAP, middle);
      return;
    }
    if (left - LABEL_GAP - textWidth >= 0) {
      context.fillText(text, left - LABEL_GAP - textWidth, middle);
      return;
    }
    const x = width - SIDE_PIXELS - textWidth - 4;
    context.fillStyle = palette.paper;
    context.fillRect(x - 3, y, textWidth + 6, BAR_HEIGHT);
    context.fillStyle = palette.ink;
    context.fillText(text, x, middle);
  }

  #outline(x: number, y: number, width: number, color: string, alpha: number): void {
    const context = this.#context;
    context.globalAlpha = alpha;
    context.strokeStyle = color;
    context.setLineDash([3, 3]);
    context.strokeRect(x + 0.5, y + 0.5, Math.max(1, width - 1), BAR_HEIGHT - 1);
    context.setLineDash([]);
  }

  #fillHatched(x: number, y: number, width: number, color: string, alpha: number): void {
    const context = this.#context;
    context.fillStyle = color;
    if (width < MIN_HATCHED_WIDTH) {
      context.globalAlpha = alpha * WAIT_ALPHA;
      context.fillRect(x, y, width, BAR_HEIGHT);
      return;
    }
    context.globalAlpha = alpha * BESIDE_ALPHA;
    context.fillRect(x, y, width, BAR_HEIGHT);
    context.globalAlpha = alpha;
    context.fillStyle = this.#ink.hatchOf(context, color);
    context.fillRect(x, y, width, BAR_HEIGHT);
  }

  /** The start and the end of a span, or of a group from the first start to the last end. */
  #timesOf(position: number): readonly [from: number, to: number] {
    const { display, analysis } = this.#scene.model;
    const { starts, ends } = analysis.tree;
    const group = groupAt(display, position);
    if (group === undefined) {
      const row = display.nodes[position] as number;
      return [starts[row] as number, ends[row] as number];
    }
    return [starts[group.rows[0] as number] as number, group.lastEnd];
  }

  /** A pixel at most a little outside: numbers of canvases are not exact when they are large. */
  #clamped(nanos: number): number {
    const { range, width } = this.#scene;
    return Math.min(Math.max(-10, pixelOf(nanos, range, width)), width + 10);
  }
}

/** Joins intervals that are closer than a pixel, with the share of the run that they cover. */
export class PixelRuns {
  readonly #draw: (left: number, width: number, share: number) => void;
  #left = NaN;
  #right = NaN;
  #covered = 0;

  constructor(draw: (left: number, width: number, share: number) => void) {
    this.#draw = draw;
  }

  /** @param left not before that of the interval before */
  add(left: number, right: number): void {
    const isNear = left - this.#right < 1 && this.#right - this.#left < MAX_RUN_PIXELS;
    if (!isNear) {
      this.end();
      this.#left = left;
      this.#right = right;
      this.#covered = right - left;
      return;
    }
    this.#covered += Math.max(0, right - Math.max(left, this.#right));
    this.#right = Math.max(this.#right, right);
  }

  end(): void {
    if (Number.isNaN(this.#left)) return;
    const width = Math.max(1, this.#right - this.#left);
    this.#draw(this.#left, width, Math.min(1, this.#covered / width));
    this.#left = NaN;
    this.#right = NaN;
  }
}

/** A run that grows longer would hide where it is dense and where it is not. */
const MAX_RUN_PIXELS = 8;
