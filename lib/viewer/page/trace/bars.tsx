import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { BarDrawing } from './bar-drawing.js';
import { BarInk } from './bar-ink.js';
import type { RowWindow } from './row-window.js';
import type { TimeMark } from './time-mark.js';
import type { Tick } from './time-range.js';
import type { TraceModel } from './trace-model.js';
import type { TraceState } from './trace-state.js';
import { usePalette } from './use-palette.js';

/** The canvas with the bars of the rows in the document. It scrolls with them. */
export function Bars({
  state,
  model,
  window: { first, end, top },
  ticks,
  lineHeight,
  left,
  width,
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
  readonly window: RowWindow;
  readonly ticks: readonly Tick[];
  readonly lineHeight: number;
  readonly left: number;
  readonly width: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ink = useMemo(() => new BarInk(), []);
  const palette = usePalette(canvas);
  const { value: colors } = palette;
  const { value: lines } = state.lines;
  const { value: collapsed } = state.collapsed;
  const { value: range } = state.range;
  const { matches } = state.search.value;
  const { value: logsByRow } = state.logsByRow;
  const { value: events } = state.events;
  const height = (end - first) * lineHeight;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || colors === undefined || width <= 0) return;
    const ratio = devicePixelRatio;
    const [pixelWidth, pixelHeight] = [Math.ceil(width * ratio), Math.ceil(height * ratio)];
    // Setting a size makes a new canvas, even if it is the same size.
    if (context.canvas.width !== pixelWidth) context.canvas.width = pixelWidth;
    if (context.canvas.height !== pixelHeight) context.canvas.height = pixelHeight;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const marksOf = (row: number): readonly TimeMark[] => [
      ...(events.get(row) ?? []),
      ...(logsByRow.get(row) ?? []).map(({ timeNanos, severityNumber }) => ({
        nanos: Number(BigInt(timeNanos) - model.trace.base),
        isBad: severityNumber >= ERROR_SEVERITY,
      })),
    ];
    const scene = {
      model,
      lines,
      first,
      end: Math.min(end, lines.length),
      collapsed,
      range,
      width,
      lineHeight,
      palette: colors,
      isDim: (row: number) => matches !== undefined && matches.rows[row] !== 1,
      marksOf,
      ticks: ticks.map(({ nanos }) => nanos),
    };
    new BarDrawing(context, scene, ink).draw();
  });
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabIndex takes no focus
    <canvas
      ref={canvas}
      class="bars"
      aria-hidden="true"
      style={{ top: `${top}px`, left: `${left}px`, width: `${width}px`, height: `${height}px` }}
    />
  );
}

/** The least severity that is an error, in OTLP's numbers. */
const ERROR_SEVERITY = 17;
