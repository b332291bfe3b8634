/** A table of Markdown. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function verdict(reached) {
  return reached ? 'reached' : '**not reached**';
}

/** A figure with its least and greatest round. */
export function range({ median, min, max }, format = number) {
  return `${format(median)} (${format(min)}–${format(max)})`;
}

/** What was judged, each as `{ what, value, limit, reached }`. */
export function judged(judgements = []) {
  return judgements
    .map(
      ({ what, value, limit, reached }) =>
        `${what} ${number(value)} (${number(limit)}): ${verdict(reached)}`,
    )
    .join('; ');
}

/** Three digits at least, and no more than are worth reading. */
export function number(value) {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

export function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}
