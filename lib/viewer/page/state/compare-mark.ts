import { signal } from '@preact/signals';

const STORAGE_KEY = 'nestjs-traced-marked';

/** The trace that is marked for a comparison; undefined for none. It lasts as long as the tab of the browser. */
export const markedTrace = signal<string | undefined>(readMark());

/**
 * Marks a trace. With another one marked already there is something to compare.
 *
 * @returns the address of the comparison of the marked trace with this one; undefined for the first mark, and
 *   for the marked trace itself, which loses its mark
 */
export function markToCompare(traceId: string): string | undefined {
  const marked = markedTrace.peek();
  setMark(marked === undefined ? traceId : undefined);
  if (marked === undefined || marked === traceId) return undefined;
  return `/compare?a=${marked}&b=${traceId}`;
}

function setMark(traceId: string | undefined): void {
  markedTrace.value = traceId;
  try {
    if (traceId === undefined) sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, traceId);
  } catch {
    // Browsers can forbid storage; the mark then lasts as long as the page.
  }
}

function readMark(): string | undefined {
  try {
    return sessionStorage.getItem(STORAGE_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
