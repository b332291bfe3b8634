/** Some lines of a file, around one of them. */
export interface Excerpt {
  /** The number of the first of {@link lines}, from 1. */
  readonly firstLine: number;
  /** Without their line breaks. Long lines are cut, and end in `…` then. */
  readonly lines: readonly string[];
}

/** The lines before and after the one in question. */
export const LINES_AROUND = 5;
const MAX_LINE_LENGTH = 400;
const LINE_FEED = '\n';

/**
 * The line and up to five lines before and after it.
 *
 * @param line from 1
 * @returns undefined if the text has no such line
 */
export function excerptOf(text: string, line: number): Excerpt | undefined {
  const firstLine = Math.max(1, line - LINES_AROUND);
  const lines: string[] = [];
  let start = 0;
  for (let number = 1; number <= line + LINES_AROUND; number++) {
    // A line break at the end of a file begins no line.
    if (start >= text.length) break;
    const found = text.indexOf(LINE_FEED, start);
    const end = found === -1 ? text.length : found;
    if (number >= firstLine) lines.push(cutLine(text, start, end));
    start = end + 1;
  }
  return firstLine + lines.length > line ? { firstLine, lines } : undefined;
}

function cutLine(text: string, start: number, end: number): string {
  if (end - start > MAX_LINE_LENGTH) return `${text.slice(start, start + MAX_LINE_LENGTH)}…`;
  return text.slice(start, end).replace(/\r$/, '');
}
