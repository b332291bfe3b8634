let count = 0;

/** A logger that feeds its lines itself notes each line that it writes, in the turn in which it is logged. */
export function noteLine(): void {
  count++;
}

/** How many lines were noted. `TracedLogger` compares it, so that it does not feed a line a second time. */
export function notedLineCount(): number {
  return count;
}
