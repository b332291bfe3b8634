import './waterfall.css';
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { nanosAt, pixelOf } from './bar-drawing.js';
import { Bars } from './bars.js';
import { ColumnEdge, columnWidths } from './column-widths.js';
import {
  contentHeight,
  firstLinePixel,
  type RowLayout,
  type RowWindow,
  rowWindow,
  scrollTopFor,
  scrollTopOf,
} from './row-window.js';
import { type Tick, ticksOf, zoomed } from './time-range.js';
import type { TraceModel } from './trace-model.js';
import type { TraceState } from './trace-state.js';
import { useSize } from './use-size.js';
import { useTimeDrag } from './use-time-drag.js';
import { lineOfPosition } from './visible-lines.js';
import { carriedPosition } from './walk-lines.js';
import { type RowProps, WaterfallRow } from './waterfall-row.js';

const LINE_HEIGHT = 22;
const HEAD_HEIGHT = 24;
const PIXELS_PER_TICK = 110;
const WHEEL_ZOOM = 1.002;

/** The spans of a trace as rows, with their times as bars. */
export function Waterfall({ state }: { readonly state: TraceState }) {
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  const scrollTop = useSignal(0);
  const layout = useComputed<RowLayout>(() => ({
    lineCount: state.lines.value.length,
    lineHeight: LINE_HEIGHT,
    viewHeight: Math.max(0, size.value.height - HEAD_HEIGHT),
  }));
  const shown = useSignal<RowWindow>({ first: 0, end: 0, top: 0 });
  useSignalEffect(() => {
    const next = rowWindow(layout.value, scrollTop.value);
    const { first, end, top } = shown.peek();
    if (next.first !== first || next.end !== end || next.top !== top) shown.value = next;
  });
  const { value: model } = state.model;
  const { value: lines } = state.lines;
  const { value: toShow } = state.toShow;
  useAnchor(state, scroller, layout, scrollTop);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null || toShow === undefined) return;
    const line = lineOfPosition(lines, toShow.position);
    const next = scrollTopFor(layout.peek(), current.scrollTop, line);
    if (next !== current.scrollTop) current.scrollTop = next;
    scrollTop.value = current.scrollTop;
  }, [toShow, size.value.height > 0]);
  useFocusOfCursor(state, scroller);
  const { name, own } = columnWidths.value;
  const timeWidth = Math.max(60, size.value.width - name - own);
  useTimeDrag(state, scroller, name + own, timeWidth);
  useWheelZoom(state, scroller, name + own, timeWidth);
  if (model === undefined) return null;
  const range = state.range.value;
  const ticks = ticksOf(range, model.whole.from, Math.floor(timeWidth / PIXELS_PER_TICK));
  return (
    <div
      class="waterfall"
      role="treegrid"
      aria-label="Spans"
      aria-rowcount={lines.length + 1}
      aria-colcount={3}
      ref={scroller}
      style={{ '--name-width': `${name}px`, '--own-width': `${own}px` }}
      onScroll={() => {
        if (scroller.current !== null) scrollTop.value = scroller.current.scrollTop;
      }}
    >
      <Head ticks={ticks} leftOf={(nanos) => pixelOf(nanos, range, timeWidth)} />
      <div
        class="waterfall-content"
        role="rowgroup"
        style={{ height: `${contentHeight(layout.value)}px` }}
      >
        <Bars
          state={state}
          model={model}
          window={shown.value}
          ticks={ticks}
          lineHeight={LINE_HEIGHT}
          left={name + own}
          width={timeWidth}
        />
        <Rows state={state} model={model} window={shown.value} />
      </div>
    </div>
  );
}

function Head({
  ticks,
  leftOf,
}: {
  readonly ticks: readonly Tick[];
  readonly leftOf: (nanos: number) => number;
}) {
  return (
    <div class="waterfall-head" role="row" aria-rowindex={1}>
      <div role="columnheader" class="cell-name">
        Span
        <ColumnEdge name="name" />
      </div>
      <div role="columnheader" class="cell-own" title="Time in which no child was waited for">
        own
        <ColumnEdge name="own" />
      </div>
      <div role="columnheader" class="cell-time" aria-label="Time">
        {ticks.map(({ nanos, label }) => (
          <span key={label} class="tick" style={{ left: `${leftOf(nanos)}px` }}>
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}

function Rows({
  state,
  model,
  window: { first, end, top },
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
  readonly window: RowWindow;
}) {
  const { value: lines } = state.lines;
  const { value: cursor } = state.cursor;
  const { value: collapsed } = state.collapsed;
  const { matches } = state.search.value;
  const { value: picked } = state.picked;
  const { value: selectedRow } = state.selectedRow;
  const shown = Array.from(lines.subarray(first, end), (position, i) => ({
    position,
    line: first + i,
  }));
  // The row with the focus stays in the document, or the focus would be lost when it is scrolled away.
  const cursorLine = lineOfPosition(lines, cursor);
  const hasCursor = lines[cursorLine] === cursor;
  if (hasCursor && (cursorLine < first || cursorLine >= end)) {
    shown.push({ position: cursor, line: cursorLine });
  }
  const focusable = hasCursor ? cursor : lines[first];
  const last = useRef<ReadonlyMap<number, VNode<RowProps>>>(new Map());
  const rows = new Map<number, VNode<RowProps>>();
  for (const { position, line } of shown) {
    const props = {
      state,
      model,
      position,
      line,
      top: top + (line - first) * LINE_HEIGHT,
      isCursor: position === cursor,
      isFocusable: position === focusable,
      isCollapsed: collapsed[position] === 1,
      isSelected: model.display.nodes[position] === selectedRow,
      matches,
      picked,
    };
    // Preact skips what is the same object as before: most rows stay as they are while one scrolls.
    const before = last.current.get(position);
    const isSame = before !== undefined && hasSameProps(before.props, props);
    rows.set(position, isSame ? before : <WaterfallRow key={position} {...props} />);
  }
  last.current = rows;
  return <>{[...rows.values()]}</>;
}

function hasSameProps(a: RowProps, b: RowProps): boolean {
  return (Object.keys(b) as (keyof RowProps)[]).every((key) => a[key] === b[key]);
}

/** Keeps the cursor, or else the first visible row, where it is when lines come and go above it. */
function useAnchor(
  state: TraceState,
  scroller: { readonly current: HTMLDivElement | null },
  layout: { peek: () => RowLayout },
  scrollTop: { value: number },
): void {
  const { value: lines } = state.lines;
  const { value: model } = state.model;
  const before = useRef<{ lines: Uint32Array; model: TraceModel; layout: RowLayout } | undefined>(
    undefined,
  );
  useLayoutEffect(() => {
    const { current } = scroller;
    const last = before.current;
    if (model === undefined || current === null) return;
    before.current = { lines, model, layout: layout.peek() };
    if (last === undefined || last.lines === lines || last.lines.length === 0) return;
    const pixel = firstLinePixel(last.layout, scrollTop.value);
    const firstLine = Math.ceil(pixel / LINE_HEIGHT);
    const firstPosition = last.lines[Math.min(firstLine, last.lines.length - 1)] as number;
    const nextPosition =
      last.model === model
        ? firstPosition
        : carriedPosition(last.model.display, firstPosition, model.display);
    const cursor = state.cursor.peek();
    const cursorBefore =
      last.model === model ? cursor : carriedPosition(model.display, cursor, last.model.display);
    const cursorOffset = lineOfPosition(last.lines, cursorBefore) * LINE_HEIGHT - pixel;
    const isCursorVisible = cursorOffset >= 0 && cursorOffset < last.layout.viewHeight;
    const anchor = isCursorVisible ? cursor : nextPosition;
    const offset = isCursorVisible ? cursorOffset : firstLine * LINE_HEIGHT - pixel;
    const wanted = lineOfPosition(lines, anchor) * LINE_HEIGHT - offset;
    const next = scrollTopOf(layout.peek(), wanted);
    if (Math.abs(next - current.scrollTop) >= 1) current.scrollTop = next;
    scrollTop.value = current.scrollTop;
  }, [lines, model]);
}

/** If a row has the focus, the focus goes where the cursor goes. */
function useFocusOfCursor(
  state: TraceState,
  scroller: { readonly current: HTMLDivElement | null },
): void {
  const { value: cursor } = state.cursor;
  const { value: toShow } = state.toShow;
  useEffect(() => {
    const { activeElement } = document;
    const isInside =
      activeElement?.closest('[data-position]') != null &&
      scroller.current?.contains(activeElement);
    if (!isInside && toShow?.takesFocus !== true) return;
    // A key may have moved the cursor since the picture; a row takes the cursor with the focus.
    const now = state.cursor.peek();
    const row = scroller.current?.querySelector<HTMLElement>(`[data-position="${now}"]`);
    row?.focus({ preventScroll: true });
  }, [cursor, toShow]);
}

/** The wheel with Ctrl magnifies the time under the mouse, as pinching a touch pad does. */
function useWheelZoom(
  state: TraceState,
  scroller: { readonly current: HTMLDivElement | null },
  left: number,
  width: number,
): void {
  useEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onWheel = (event: WheelEvent): void => {
      const model = state.model.peek();
      if (!event.ctrlKey || model === undefined) return;
      event.preventDefault();
      const range = state.range.peek();
      const x = event.clientX - current.getBoundingClientRect().left - left;
      const around = nanosAt(Math.min(Math.max(0, x), width), range, width);
      state.setZoom(zoomed(range, model.whole, around, WHEEL_ZOOM ** event.deltaY));
      clearTimeout(timer);
      timer = setTimeout(() => state.keepZoom(), 300);
    };
    // Preact's listeners are passive, and the browser would magnify the page.
    current.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      clearTimeout(timer);
      current.removeEventListener('wheel', onWheel);
    };
  }, [state, left, width]);
}
