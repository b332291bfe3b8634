import { SpanStatus } from '../analysis/span-record.js';
import type { SpanColumns } from './span-columns.js';

const NONE = -1;

/** What a trace looks like from outside. Times are nanoseconds after the base of the trace. */
export interface Outline {
  /** The span without a parent that started first; without one, the span that started first. */
  mainRow: number;
  /** Whether the span of {@link mainRow} has no parent. */
  hasRoot: boolean;
  start: number;
  /** The last time that is known; a running span has none after its start. */
  end: number;
  failedCount: number;
}

/** The outline of no spans. */
export function emptyOutline(): Outline {
  return { mainRow: NONE, hasRoot: false, start: Infinity, end: -Infinity, failedCount: 0 };
}

/** Adds a row to an outline. */
export function extendOutline(outline: Outline, columns: SpanColumns, row: number): void {
  const start = columns.startOf(row);
  const isRoot = !columns.hasParent(row);
  const isEarlier = outline.mainRow === NONE || start < columns.startOf(outline.mainRow);
  if (isRoot === outline.hasRoot ? isEarlier : isRoot) {
    outline.mainRow = row;
    outline.hasRoot = isRoot;
  }
  outline.start = Math.min(outline.start, start);
  const end = columns.endOf(row);
  outline.end = Math.max(outline.end, start, Number.isNaN(end) ? start : end);
  if (columns.statusOf(row) === SpanStatus.ERROR) outline.failedCount++;
}
