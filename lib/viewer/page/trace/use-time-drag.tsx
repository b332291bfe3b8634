import { useEffect } from 'preact/hooks';
import { moved } from './time-range.js';
import type { TraceState } from './trace-state.js';

const MIN_DRAG_PIXELS = 4;

/** Dragging the bars moves the part of the time that is shown. A press without a movement is a click. */
export function useTimeDrag(
  state: TraceState,
  scroller: { readonly current: HTMLDivElement | null },
  left: number,
  width: number,
): void {
  useEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    let isDragging = false;
    const onPointerDown = (down: PointerEvent): void => {
      const x = down.clientX - current.getBoundingClientRect().left - left;
      const model = state.model.peek();
      if (x < 0 || x > width || down.button !== 0 || model === undefined) return;
      if (state.zoom.peek() === undefined) return;
      const range = state.range.peek();
      isDragging = false;
      const onMove = ({ clientX, pointerId }: PointerEvent): void => {
        const distance = clientX - down.clientX;
        if (!isDragging && Math.abs(distance) < MIN_DRAG_PIXELS) return;
        if (!isDragging) current.setPointerCapture(pointerId);
        isDragging = true;
        const nanos = (-distance / width) * (range.to - range.from);
        state.setZoom(moved(range, model.whole, nanos));
      };
      const onEnd = (): void => {
        current.removeEventListener('pointermove', onMove);
        current.removeEventListener('pointerup', onEnd);
        current.removeEventListener('pointercancel', onEnd);
        if (isDragging) state.keepZoom();
      };
      current.addEventListener('pointermove', onMove);
      current.addEventListener('pointerup', onEnd);
      current.addEventListener('pointercancel', onEnd);
    };
    const onClick = (event: MouseEvent): void => {
      if (!isDragging) return;
      isDragging = false;
      event.stopPropagation();
    };
    current.addEventListener('pointerdown', onPointerDown);
    current.addEventListener('click', onClick, { capture: true });
    return () => {
      current.removeEventListener('pointerdown', onPointerDown);
      current.removeEventListener('click', onClick, { capture: true });
    };
  }, [state, left, width]);
}
