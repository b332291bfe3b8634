import { formatNanos } from '../../analysis/durations.js';
import type { TraceRow } from '../../api/trace-row.js';
import {
  durationTicks,
  LABEL_WIDTH,
  type ScatterScale,
  startMillis,
  xOf,
  yOf,
} from './scatter-scale.js';

/** The colours of the chart, as the canvas understands them. */
export interface ScatterColors {
  readonly ink: string;
  readonly dim: string;
  readonly line: string;
  readonly dot: string;
  readonly bad: string;
  readonly selection: string;
}

/** What a canvas must be able to do. */
export type ScatterCanvas = Pick<
  CanvasRenderingContext2D,
  | 'clearRect'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'arc'
  | 'fill'
  | 'stroke'
  | 'fillRect'
  | 'fillText'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'font'
  | 'globalAlpha'
  | 'textAlign'
  | 'textBaseline'
>;

/** What the chart shows besides the dots. */
export interface ScatterMarks {
  /** The dot with a ring around it. */
  readonly selectedId: string | undefined;
  /** The places between which is dragged. */
  readonly drag: { readonly fromX: number; readonly toX: number } | undefined;
}

const RADIUS = 2.5;
const FAILED_RADIUS = 3.5;
/** Between the labels and the first dots. */
const LABEL_GAP = 6;
const FULL_CIRCLE = 2 * Math.PI;

/** Draws traces: a dot each, a cross for one that failed. */
export function drawScatter(
  canvas: ScatterCanvas,
  rows: readonly TraceRow[],
  scale: ScatterScale,
  colors: ScatterColors,
  { selectedId, drag }: ScatterMarks,
): void {
  const { width, height } = scale;
  canvas.clearRect(0, 0, width, height);
  drawTicks(canvas, scale, colors);
  const isFailed = ({ failedCount }: TraceRow): boolean => failedCount > 0;
  canvas.globalAlpha = 0.75;
  drawDots(
    canvas,
    rows.filter((row) => !isFailed(row)),
    scale,
    colors.dot,
  );
  canvas.globalAlpha = 1;
  drawCrosses(canvas, rows.filter(isFailed), scale, colors.bad);
  const selected = rows.find(({ id }) => id === selectedId);
  if (selected !== undefined) drawRing(canvas, selected, scale, colors.ink);
  if (drag === undefined) return;
  const { fromX, toX } = drag;
  canvas.globalAlpha = 0.2;
  canvas.fillStyle = colors.selection;
  canvas.fillRect(Math.min(fromX, toX), 0, Math.abs(toX - fromX), height);
  canvas.globalAlpha = 1;
}

function drawTicks(canvas: ScatterCanvas, scale: ScatterScale, colors: ScatterColors): void {
  canvas.lineWidth = 1;
  canvas.strokeStyle = colors.line;
  canvas.fillStyle = colors.dim;
  canvas.font = '10px system-ui, sans-serif';
  canvas.textAlign = 'right';
  canvas.textBaseline = 'middle';
  for (const { nanos, y } of durationTicks(scale)) {
    canvas.beginPath();
    canvas.moveTo(LABEL_WIDTH - LABEL_GAP, Math.round(y) + 0.5);
    canvas.lineTo(scale.width, Math.round(y) + 0.5);
    canvas.stroke();
    canvas.fillText(formatTick(nanos), LABEL_WIDTH - LABEL_GAP - 4, y);
  }
}

/** `10 ms`, and not `10.0 ms`. */
function formatTick(nanos: number): string {
  return formatNanos(nanos).replace(/\.0+ /, ' ');
}

function drawDots(
  canvas: ScatterCanvas,
  rows: readonly TraceRow[],
  scale: ScatterScale,
  color: string,
): void {
  canvas.fillStyle = color;
  canvas.beginPath();
  for (const row of rows) {
    const [x, y] = [xOf(startMillis(row), scale), yOf(row.durationNanos, scale)];
    canvas.moveTo(x + RADIUS, y);
    canvas.arc(x, y, RADIUS, 0, FULL_CIRCLE);
  }
  canvas.fill();
}

function drawCrosses(
  canvas: ScatterCanvas,
  rows: readonly TraceRow[],
  scale: ScatterScale,
  color: string,
): void {
  canvas.strokeStyle = color;
  canvas.lineWidth = 1.8;
  canvas.beginPath();
  for (const row of rows) {
    const [x, y] = [xOf(startMillis(row), scale), yOf(row.durationNanos, scale)];
    canvas.moveTo(x - FAILED_RADIUS, y - FAILED_RADIUS);
    canvas.lineTo(x + FAILED_RADIUS, y + FAILED_RADIUS);
    canvas.moveTo(x + FAILED_RADIUS, y - FAILED_RADIUS);
    canvas.lineTo(x - FAILED_RADIUS, y + FAILED_RADIUS);
  }
  canvas.stroke();
}

function drawRing(canvas: ScatterCanvas, row: TraceRow, scale: ScatterScale, color: string): void {
  canvas.strokeStyle = color;
  canvas.lineWidth = 1.5;
  canvas.beginPath();
  canvas.arc(xOf(startMillis(row), scale), yOf(row.durationNanos, scale), 6, 0, FULL_CIRCLE);
  canvas.stroke();
}
