import type { Finding } from '../../analysis/findings/finding.js';
import type { TraceContextJson } from '../../api/trace-context.js';

/**
 * The findings of a trace with those that other traces show, the most expensive first.
 *
 * @param own what the trace alone shows
 * @param rowCount the rows of the trace, with those of missing parents
 */
export function allFindings(
  own: readonly Finding[],
  context: TraceContextJson | undefined,
  rowCount: number,
): Finding[] {
  // The trace may have grown in the meantime, here or on the server.
  const fitting = (context?.findings ?? []).filter(({ rows }) => {
    return rows.every((row) => row < rowCount);
  });
  return [...own, ...fitting].sort((a, b) => b.pathNanos - a.pathNanos);
}
