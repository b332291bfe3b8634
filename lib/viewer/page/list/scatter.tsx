import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { counted, formatNanos } from '../../analysis/durations.js';
import type { TraceRow } from '../../api/trace-row.js';
import { timeOfDay } from '../parts/time-of-day.js';
import { navigate, setParameters } from '../state/location.js';
import { pathOfTrace } from '../state/screen.js';
import { theme } from '../state/theme.js';
import type { ListAddress } from './list-address.js';
import type { ListState } from './list-state.js';
import { rangeText } from './row-texts.js';
import { drawScatter, type ScatterColors } from './scatter-drawing.js';
import {
  rangeBetween,
  rowAt,
  type ScatterScale,
  scatterScale,
  startMillis,
} from './scatter-scale.js';

const REDRAW_MILLIS = 500;

/** The durations of the loaded traces over time. Dragging narrows the list to a range of time. */
export function Scatter({
  state,
  address,
}: {
  readonly state: ListState;
  readonly address: ListAddress;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scale = useRef<ScatterScale | undefined>(undefined);
  const size = useSignal({ width: 0, height: 0 });
  const drag = useSignal<{ readonly fromX: number; readonly toX: number } | undefined>(undefined);
  const hovered = useSignal<TraceRow | undefined>(undefined);
  const rows = useSlowRows(state);

  useLayoutEffect(() => {
    const { current } = canvas;
    if (current === null) return;
    const measure = (): void => {
      size.value = { width: current.clientWidth, height: current.clientHeight };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [size]);

  const scheme = useColorScheme();
  const { from, to } = address;
  const { width, height } = size.value;
  const marked = hovered.value?.id ?? state.selectedId.value;
  const dragged = drag.value;
  const currentTheme = theme.value;
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const { current } = canvas;
      const context = current?.getContext('2d');
      if (!current || !context || width === 0) return;
      const ratio = devicePixelRatio;
      current.width = Math.round(width * ratio);
      current.height = Math.round(height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      scale.current = scatterScale(rows, { width, height }, { from, to });
      const marks = { selectedId: marked, drag: dragged };
      drawScatter(context, rows, scale.current, colorsOf(current), marks);
    });
    return () => cancelAnimationFrame(frame);
  }, [rows, width, height, from, to, marked, dragged, currentTheme, scheme]);

  const place = (event: PointerEvent): { readonly x: number; readonly y: number } => {
    const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const begin = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const { x } = place(event);
    drag.value = { fromX: x, toX: x };
  };
  const move = (event: PointerEvent): void => {
    const { x, y } = place(event);
    if (drag.value !== undefined) drag.value = { ...drag.value, toX: x };
    else if (scale.current !== undefined) hovered.value = rowAt(rows, scale.current, x, y);
  };
  const end = (event: PointerEvent): void => {
    const { x, y } = place(event);
    const started = drag.value;
    drag.value = undefined;
    if (started === undefined || scale.current === undefined) return;
    const range = rangeBetween(started.fromX, x, scale.current);
    if (range !== undefined) {
      setParameters({ from: String(range.from), to: String(range.to) });
      return;
    }
    const row = rowAt(rows, scale.current, x, y);
    if (row !== undefined) navigate(pathOfTrace(row.id));
  };
  const { first, last, summary } = useMemo(
    () => ({
      first: edgeText(rows, 'first', from),
      last: edgeText(rows, 'last', to),
      summary: summaryOf(rows),
    }),
    [rows, from, to],
  );
  const row = hovered.value;
  return (
    <figure class="scatter">
      <div aria-hidden="true">
        <canvas
          ref={canvas}
          class={row === undefined ? undefined : 'scatter-hit'}
          onPointerDown={begin}
          onPointerMove={move}
          onPointerUp={end}
          onPointerCancel={() => {
            drag.value = undefined;
          }}
          onPointerLeave={() => {
            hovered.value = undefined;
          }}
        />
      </div>
      <div class="scatter-times" aria-hidden="true">
        <span>{first}</span>
        <span class="scatter-hint">
          {row === undefined
            ? 'each dot a trace, ✗ failed · drag to narrow the time'
            : `${row.failedCount > 0 ? '✗ ' : ''}${row.name} ${row.statusCode} · ${formatNanos(row.durationNanos)} · ${timeOfDay(row.startNanos)}`}
        </span>
        <span>{last}</span>
      </div>
      <figcaption class="unseen">{summary}</figcaption>
    </figure>
  );
}

/** The rows, twice a second at most: a chart of thousands of dots costs more than the rows of a table. */
function useSlowRows(state: ListState): readonly TraceRow[] {
  const rows = useSignal(state.rows.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isDue = false;
    const show = (): void => {
      timer = undefined;
      if (!isDue) return;
      isDue = false;
      rows.value = state.rows.peek();
      timer = setTimeout(show, REDRAW_MILLIS);
    };
    const end = state.rows.subscribe(() => {
      isDue = true;
      if (timer === undefined) show();
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [rows, state]);
  return rows.value;
}

/** Changes when the browser prefers other colours. */
function useColorScheme(): number {
  const changes = useSignal(0);
  useEffect(() => {
    const count = (): void => {
      changes.value++;
    };
    const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) =>
      matchMedia(query),
    );
    for (const query of queries) query.addEventListener('change', count);
    return () => {
      for (const query of queries) query.removeEventListener('change', count);
    };
  }, [changes]);
  return changes.value;
}

function edgeText(
  rows: readonly TraceRow[],
  edge: 'first' | 'last',
  fixed: number | undefined,
): string {
  if (fixed !== undefined) return timeOfDay(BigInt(fixed) * 1_000_000n);
  if (rows.length === 0) return '';
  const starts = rows.map(startMillis);
  const millis = edge === 'first' ? Math.min(...starts) : Math.max(...starts);
  return timeOfDay(BigInt(Math.floor(millis)) * 1_000_000n);
}

/** What the chart shows, for those who do not see it; the list has all of it. */
function summaryOf(rows: readonly TraceRow[]): string {
  if (rows.length === 0) return 'No trace';
  const starts = rows.map(startMillis);
  const range = rangeText(Math.min(...starts), Math.max(...starts));
  const failed = rows.filter(({ failedCount }) => failedCount > 0).length;
  const longest = Math.max(...rows.map(({ durationNanos }) => durationNanos));
  return `Durations of ${counted(rows.length, 'trace')}, ${range}: ${failed} failed, the longest ${formatNanos(longest)}`;
}

function colorsOf(element: Element): ScatterColors {
  if (matchMedia('(forced-colors: active)').matches) {
    const [ink, accent] = ['CanvasText', 'Highlight'];
    return { ink, dim: ink, line: 'GrayText', dot: ink, bad: ink, selection: accent };
  }
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(`--${name}`);
  return {
    ink: color('ink'),
    dim: color('dim'),
    line: color('line'),
    dot: color('accent'),
    bad: color('bad'),
    selection: color('accent'),
  };
}
