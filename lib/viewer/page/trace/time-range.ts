/** A part of the time of a trace, in nanoseconds after its base. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Below this, a picture would show the limits of the numbers, not of the clocks. */
const MIN_NANOS = 100;

/** Magnifies around a time. @param factor below 1 shows less time, above 1 more */
export function zoomed(
  range: TimeRange,
  whole: TimeRange,
  around: number,
  factor: number,
): TimeRange {
  const length = range.to - range.from;
  const next = Math.max(MIN_NANOS, length * factor);
  const share = length === 0 ? 0 : (around - range.from) / length;
  return within(around - next * share, next, whole);
}

/** Moves a range. @param nanos to later times if positive */
export function moved(range: TimeRange, whole: TimeRange, nanos: number): TimeRange {
  return within(range.from + nanos, range.to - range.from, whole);
}

/** The range between two times, in any order, with some nanoseconds at least. */
export function between(a: number, b: number, whole: TimeRange): TimeRange {
  const from = Math.min(a, b);
  return within(from, Math.max(MIN_NANOS, Math.max(a, b) - from), whole);
}

/** Whether a range shows everything. */
export function isWhole(range: TimeRange, whole: TimeRange): boolean {
  return range.from <= whole.from && range.to >= whole.to;
}

function within(from: number, length: number, whole: TimeRange): TimeRange {
  const most = whole.to - whole.from;
  if (length >= most) return whole;
  const start = Math.min(Math.max(from, whole.from), whole.to - length);
  return { from: start, to: start + length };
}

/** `1200-3400`, for an address; undefined for the whole time. */
export function rangeText(range: TimeRange, whole: TimeRange): string | undefined {
  if (isWhole(range, whole)) return undefined;
  return `${Math.round(range.from - whole.from)}-${Math.round(range.to - whole.from)}`;
}

/** Reads what {@link rangeText} has written; undefined for any other text. */
export function rangeOfText(text: string | null, whole: TimeRange): TimeRange | undefined {
  const match = /^(\d{1,17})-(\d{1,17})$/.exec(text ?? '');
  if (match === null) return undefined;
  return between(whole.from + Number(match[1]), whole.from + Number(match[2]), whole);
}

/** A line on the scale of time. */
export interface Tick {
  readonly nanos: number;
  readonly label: string;
}

const UNITS: readonly (readonly [nanos: number, name: string])[] = [
  [60e9, 'min'],
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
];
const MAX_DECIMALS = 6;

/**
 * The lines of a scale at round times.
 *
 * @param origin the time that is called 0
 * @param maxCount the most lines, at least 1
 */
export function ticksOf({ from, to }: TimeRange, origin: number, maxCount: number): Tick[] {
  const step = roundStep((to - from) / Math.max(1, maxCount));
  if (!(step > 0) || !Number.isFinite(step)) return [];
  const [unitNanos, unit] = unitOf(step, to - origin);
  const decimals = Math.min(MAX_DECIMALS, Math.max(0, Math.ceil(-Math.log10(step / unitNanos))));
  const ticks: Tick[] = [];
  for (let index = Math.ceil((from - origin) / step); ; index++) {
    const nanos = origin + index * step;
    if (nanos > to || ticks.length > maxCount) return ticks;
    ticks.push({ nanos, label: `${((index * step) / unitNanos).toFixed(decimals)} ${unit}` });
  }
}

/** The largest unit in which the last label is 1 or more; minutes only if all labels are whole ones. */
function unitOf(step: number, last: number): readonly [nanos: number, name: string] {
  const isFit = ([nanos]: readonly [number, string]): boolean =>
    last >= nanos && (nanos < 60e9 || step % nanos === 0);
  return UNITS.find(isFit) ?? [1, 'ns'];
}

/** The next of 1, 2, 5, 10, 20 …; of times above a second, the next that people count in. */
function roundStep(nanos: number): number {
  if (nanos > 5e9) {
    const seconds = [10, 15, 30, 60, 120, 300, 600, 1_800, 3_600].find((s) => s * 1e9 >= nanos);
    return (seconds ?? Math.ceil(nanos / 3_600e9) * 3_600) * 1e9;
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(1, nanos)));
  const factor = [1, 2, 5, 10].find((times) => times * power >= nanos) ?? 10;
  return factor * power;
}
