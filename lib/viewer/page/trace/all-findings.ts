import type { TraceAnalysis } from '../../analysis/analyse.js';
import type { Finding } from '../../analysis/findings/finding.js';
import { findingsOf } from '../../analysis/findings/findings.js';
import type { TraceContextJson } from '../../api/trace-context.js';

/** The findings of a trace with those that other traces show, the most expensive first. */
export function allFindings(
  analysis: TraceAnalysis,
  context: TraceContextJson | undefined,
): Finding[] {
  const { rowCount } = analysis.tree;
  // The trace may have grown in the meantime, here or on the server.
  const fitting = (context?.findings ?? []).filter(({ rows }) => {
    return rows.every((row) => row < rowCount);
  });
  return [...findingsOf(analysis), ...fitting].sort((a, b) => b.pathNanos - a.pathNanos);
}
