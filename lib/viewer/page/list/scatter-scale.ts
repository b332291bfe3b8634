import type { TraceRow } from '../../api/trace-row.js';

/** Traces as dots: from left to right when they started, from bottom to top how long they took. */
export interface ScatterScale {
  readonly fromMillis: number;
  readonly toMillis: number;
  readonly minNanos: number;
  readonly maxNanos: number;
  readonly width: number;
  readonly height: number;
}

/** A line at a round duration. */
export interface DurationTick {
  readonly nanos: number;
  readonly y: number;
}

/** Space for a dot at the edges. */
const MARGIN = 6;
/** Space for the labels of the durations, on the left. */
export const LABEL_WIDTH = 48;
const MIN_NANOS = 1_000;
/** A dot is found from this far away. */
const REACH = 8;
/** A shorter drag is a click. */
const MIN_DRAG = 4;
const MIN_RANGE_MILLIS = 1;
const MIN_TICK_DISTANCE = 14;

/** When a trace started, in epoch milliseconds. */
export function startMillis({ startNanos }: TraceRow): number {
  return Number(startNanos) / 1e6;
}

/** A scale that shows all rows; with a range, exactly this range of time. */
export function scatterScale(
  rows: readonly TraceRow[],
  { width, height }: { readonly width: number; readonly height: number },
  range: { readonly from?: number | undefined; readonly to?: number | undefined } = {},
): ScatterScale {
  let [first, last, shortest, longest] = [Infinity, -Infinity, Infinity, 0];
  for (const row of rows) {
    const start = startMillis(row);
    const nanos = Math.max(row.durationNanos, MIN_NANOS);
    first = Math.min(first, start);
    last = Math.max(last, start);
    shortest = Math.min(shortest, nanos);
    longest = Math.max(longest, nanos);
  }
  if (first === Infinity) [first, last, shortest, longest] = [0, 1, 1e6, 1e9];
  const fromMillis = range.from ?? first;
  const toMillis = Math.max(range.to ?? last, fromMillis + MIN_RANGE_MILLIS);
  // Whole powers of ten keep the scale still while traces arrive.
  const minNanos = 10 ** Math.floor(Math.log10(shortest));
  const maxNanos = Math.max(10 ** Math.ceil(Math.log10(longest)), minNanos * 100);
  return { fromMillis, toMillis, minNanos, maxNanos, width, height };
}

/** The place of a time. */
export function xOf(millis: number, scale: ScatterScale): number {
  const { fromMillis, toMillis } = scale;
  return LABEL_WIDTH + ((millis - fromMillis) / (toMillis - fromMillis)) * plotWidth(scale);
}

/** The place of a duration. */
export function yOf(nanos: number, { minNanos, maxNanos, height }: ScatterScale): number {
  const part = Math.log(Math.max(nanos, minNanos) / minNanos) / Math.log(maxNanos / minNanos);
  return height - MARGIN - part * (height - 2 * MARGIN);
}

/** Lines at powers of ten, as many as there is space for. */
export function durationTicks(scale: ScatterScale): DurationTick[] {
  const ticks: DurationTick[] = [];
  for (let nanos = scale.minNanos; nanos <= scale.maxNanos * 1.001; nanos *= 10) {
    const y = yOf(nanos, scale);
    const last = ticks.at(-1);
    if (last === undefined || last.y - y >= MIN_TICK_DISTANCE) ticks.push({ nanos, y });
  }
  return ticks;
}

/** The row whose dot is at a place, or nearest to it. */
export function rowAt(
  rows: readonly TraceRow[],
  scale: ScatterScale,
  x: number,
  y: number,
): TraceRow | undefined {
  let nearest: TraceRow | undefined;
  let nearestDistance = REACH;
  for (const row of rows) {
    const distance = Math.hypot(
      xOf(startMillis(row), scale) - x,
      yOf(row.durationNanos, scale) - y,
    );
    if (distance > nearestDistance) continue;
    nearest = row;
    nearestDistance = distance;
  }
  return nearest;
}

/** The times between two places, in whole milliseconds that contain them; undefined if this is a click. */
export function rangeBetween(
  fromX: number,
  toX: number,
  scale: ScatterScale,
): { readonly from: number; readonly to: number } | undefined {
  if (Math.abs(toX - fromX) < MIN_DRAG) return undefined;
  const { fromMillis, toMillis } = scale;
  const millisOf = (x: number): number => {
    const part = (x - LABEL_WIDTH) / plotWidth(scale);
    return fromMillis + Math.min(Math.max(part, 0), 1) * (toMillis - fromMillis);
  };
  const from = Math.floor(millisOf(Math.min(fromX, toX)));
  // The end is excluded, so the dot at the right edge needs the next millisecond.
  const to = Math.floor(millisOf(Math.max(fromX, toX))) + 1;
  return { from, to };
}

function plotWidth({ width }: ScatterScale): number {
  return Math.max(width - LABEL_WIDTH - MARGIN, 1);
}
