/** Browsers cut elements that are higher than some 17 to 33 million pixels. */
const MAX_HEIGHT = 8_000_000;

/** Lines of equal height in an element that scrolls, of which only the visible ones are in the document. */
export interface RowLayout {
  readonly lineCount: number;
  readonly lineHeight: number;
  /** The height of what is visible. */
  readonly viewHeight: number;
}

/** Which lines are in the document, and where. */
export interface RowWindow {
  readonly first: number;
  /** The line after the last one. */
  readonly end: number;
  /** The distance of the line `first` from the top of the scrolled content. */
  readonly top: number;
}

/** The height of the scrolled content: that of all lines, or less where there are too many for a browser. */
export function contentHeight({ lineCount, lineHeight }: RowLayout): number {
  return Math.min(lineCount * lineHeight, MAX_HEIGHT);
}

/**
 * The lines that are in the document: the visible ones and some before and after. It changes only every few
 * lines, so that most frames of scrolling have nothing to compute.
 */
export function rowWindow(layout: RowLayout, scrollTop: number, around = 10): RowWindow {
  const { lineCount, lineHeight, viewHeight } = layout;
  const step = Math.max(1, around >> 1);
  const firstVisible = Math.floor(firstLinePixel(layout, scrollTop) / lineHeight);
  const quantised = Math.floor(firstVisible / step) * step;
  const visibleCount = Math.ceil(viewHeight / lineHeight) + step + 1;
  const first = Math.max(0, quantised - around);
  const end = Math.max(first, Math.min(lineCount, quantised + visibleCount + around));
  const isScaled = lineCount * lineHeight > MAX_HEIGHT;
  // Lines that are placed below the end of the content would make it longer, and be out of view.
  const place = Math.min(scrollTop, Math.max(0, contentHeight(layout) - viewHeight));
  const top = isScaled
    ? place - (firstLinePixel(layout, scrollTop) - first * lineHeight)
    : first * lineHeight;
  return { first, end, top };
}

/** The scroll position that shows a line, as near to the current one as possible. */
export function scrollTopFor(layout: RowLayout, scrollTop: number, line: number): number {
  const { lineHeight, viewHeight } = layout;
  const now = firstLinePixel(layout, scrollTop);
  const lineTop = line * lineHeight;
  if (lineTop < now) return scrollTopOf(layout, lineTop);
  if (lineTop + lineHeight > now + viewHeight) {
    return scrollTopOf(layout, lineTop + lineHeight - viewHeight);
  }
  return scrollTop;
}

/** The scroll position at which the lines begin with a pixel of all lines. */
export function scrollTopOf(layout: RowLayout, pixel: number): number {
  const { lineCount, lineHeight, viewHeight } = layout;
  const all = Math.max(0, lineCount * lineHeight - viewHeight);
  const scrollable = Math.max(0, contentHeight(layout) - viewHeight);
  const clamped = Math.min(Math.max(0, pixel), all);
  return all === 0 ? 0 : (clamped * scrollable) / all;
}

/** The pixel of all lines that is at the top of what is visible. */
export function firstLinePixel(layout: RowLayout, scrollTop: number): number {
  const { lineCount, lineHeight, viewHeight } = layout;
  const all = Math.max(0, lineCount * lineHeight - viewHeight);
  const scrollable = Math.max(0, contentHeight(layout) - viewHeight);
  const clamped = Math.min(Math.max(0, scrollTop), scrollable);
  return scrollable === 0 ? 0 : (clamped * all) / scrollable;
}
