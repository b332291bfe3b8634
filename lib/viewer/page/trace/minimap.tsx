import { useLayoutEffect, useRef } from 'preact/hooks';
import { coloredPixels, minimapPixels, rgbOf } from './minimap-drawing.js';
import { between, isWhole, moved, type TimeRange } from './time-range.js';
import type { TraceState } from './trace-state.js';
import { usePalette } from './use-palette.js';
import { useSize } from './use-size.js';

const HEIGHT = 40;
const MIN_DRAG_PIXELS = 3;

/** A small picture of all spans, in which a part of the time is chosen with the mouse. Keys do the same. */
export function Minimap({ state }: { readonly state: TraceState }) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(box);
  const palette = usePalette(box);
  const { value: model } = state.model;
  const { width } = size.value;
  const { value: colors } = palette;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || model === undefined || colors === undefined || width === 0) return;
    context.canvas.width = width;
    context.canvas.height = HEIGHT;
    const pixels = minimapPixels(model, width, HEIGHT);
    const data = coloredPixels(pixels, colors.services.map(rgbOf));
    context.putImageData(new ImageData(data, width, HEIGHT), 0, 0);
  }, [model, colors, width]);
  if (model === undefined) return null;
  const { whole } = model;
  const range = state.range.value;
  const percentOf = (nanos: number): number =>
    ((nanos - whole.from) / (whole.to - whole.from)) * 100;
  return (
    <div
      ref={box}
      class="minimap"
      aria-hidden="true"
      onPointerDown={(event) => drag(event, state)}
      onDblClick={() => {
        state.setZoom(undefined);
        state.keepZoom();
      }}
    >
      <canvas ref={canvas} style={{ width: '100%', height: `${HEIGHT}px` }} />
      {!isWhole(range, whole) && (
        <>
          <div class="minimap-shade" style={{ left: 0, width: `${percentOf(range.from)}%` }} />
          <div class="minimap-shade" style={{ left: `${percentOf(range.to)}%`, right: 0 }} />
        </>
      )}
    </div>
  );
}

/** Inside the part that is shown, dragging moves it; elsewhere it marks a new part. */
function drag(event: PointerEvent, state: TraceState): void {
  const model = state.model.peek();
  const box = event.currentTarget as HTMLElement;
  if (model === undefined || event.button !== 0) return;
  const { whole } = model;
  const { left, width } = box.getBoundingClientRect();
  const nanosAt = (x: number): number =>
    whole.from + ((x - left) / width) * (whole.to - whole.from);
  const before = state.range.peek();
  const start = nanosAt(event.clientX);
  const isInside = !isWhole(before, whole) && start >= before.from && start <= before.to;
  const rangeAt = (x: number): TimeRange =>
    isInside ? moved(before, whole, nanosAt(x) - start) : between(start, nanosAt(x), whole);
  box.setPointerCapture(event.pointerId);
  box.onpointermove = ({ clientX }) => {
    if (Math.abs(clientX - event.clientX) >= MIN_DRAG_PIXELS) state.setZoom(rangeAt(clientX));
  };
  box.onpointerup = () => {
    box.onpointermove = null;
    state.keepZoom();
  };
}
