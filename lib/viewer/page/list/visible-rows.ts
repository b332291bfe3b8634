/** The part of a list that is in the document. */
export interface VisibleRows {
  readonly first: number;
  /** The row after the last one. */
  readonly end: number;
}

/** Rows beyond the edges are in the document too, so that scrolling shows no gap before the next frame. */
const AROUND = 10;

/** @param step rows by which the part moves, so that most frames of scrolling change nothing */
export function visibleRows(
  rowCount: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
  step = 5,
): VisibleRows {
  const firstVisible = Math.floor(Math.max(scrollTop, 0) / rowHeight / step) * step;
  const visibleCount = Math.ceil(viewHeight / rowHeight) + step;
  const first = Math.max(0, Math.min(firstVisible, rowCount) - AROUND);
  return { first, end: Math.min(rowCount, firstVisible + visibleCount + AROUND) };
}

/** The scroll position that shows a row, as near to the current one as possible. */
export function scrollTopFor(
  row: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - viewHeight);
}
