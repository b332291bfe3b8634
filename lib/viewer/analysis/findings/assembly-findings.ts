import { counted, formatNanos } from '../durations.js';
import { lineOf, placeOf } from '../row-texts.js';
import { RowFlag } from '../trace-columns.js';
import { durationOf, hasFlag, isRowRunning, rowService, type TraceTree } from '../trace-tree.js';
import type { Finding } from './finding.js';
import type { Evidence } from './finding-context.js';

/** A span may run a little longer than its parent; after this time it counts as forgotten, in nanoseconds. */
const MAX_RUN_AFTER_PARENT_NANOS = 5e9;

/** Finds parents that have not arrived, and circles of parents. */
export function parentProblems({ analysis }: Evidence): Finding[] {
  const { tree } = analysis;
  const findings: Finding[] = [];
  const orphans = rowsOf(tree, (row) => (tree.parents[row] as number) >= tree.trace.spanCount);
  if (orphans.length > 0) {
    const parents = counted(tree.missingParents.length, 'parent');
    const verb = orphans.length === 1 ? 'names' : 'name';
    findings.push({
      kind: 'parents-missing',
      text: `${counted(orphans.length, 'span')} ${verb} ${parents} that never came, the first is ${placeOf(tree, orphans[0] as number)}`,
      how: 'The id of a parent that no span of the trace has: its process does not export, or dropped it',
      rows: orphans,
      pathNanos: 0,
    });
  }
  const cut = rowsOf(tree, (row) => hasFlag(tree, row, RowFlag.CYCLE_CUT));
  if (cut.length > 0) {
    findings.push({
      kind: 'parent-circle',
      text: `The parents of spans make a circle; it is cut at ${placeOf(tree, cut[0] as number)}`,
      how: 'A span that is an ancestor of itself by the ids of parents',
      rows: cut,
      pathNanos: 0,
    });
  }
  return findings;
}

/** Finds spans that never ended, and processes that have gone. */
export function openSpans({ analysis }: Evidence): Finding[] {
  const { tree } = analysis;
  const running = rowsOf(tree, (row) => isRowRunning(tree, row));
  const gone = running.filter((row) => hasFlag(tree, row, RowFlag.PROCESS_GONE));
  const lost = rowsOf(tree, (row) => hasFlag(tree, row, RowFlag.END_LOST));
  const forgotten = running.filter(
    (row) => !hasFlag(tree, row, RowFlag.PROCESS_GONE) && isForgotten(tree, row),
  );
  const findings: Finding[] = [];
  if (gone.length > 0) {
    const services = [...new Set(gone.map((row) => lineOf(rowService(tree, row))))];
    const [subject, verb] = services.length === 1 ? ['process', 'has'] : ['processes', 'have'];
    findings.push({
      kind: 'process-gone',
      text: `The ${subject} of ${services.join(' and ')} ${verb} gone: ${counted(gone.length, 'span')} never ended, the last is ${placeOf(tree, gone.at(-1) as number)}`,
      how: 'Running spans whose process has not reported for five seconds',
      rows: gone,
      pathNanos: 0,
    });
  }
  if (lost.length > 0) {
    const ends = lost.length === 1 ? 'end of a span' : `ends of ${counted(lost.length, 'span')}`;
    findings.push({
      kind: 'never-ended',
      text: `The ${ends} never arrived, the last is ${placeOf(tree, lost.at(-1) as number)}; the time of its last report counts as its end`,
      how: 'Running spans that their process has not named for five seconds, although it reports others',
      rows: lost,
      pathNanos: 0,
    });
  }
  if (forgotten.length > 0) {
    const first = forgotten[0] as number;
    const more = forgotten.length === 1 ? '' : ` and ${counted(forgotten.length - 1, 'more span')}`;
    findings.push({
      kind: 'never-ended',
      text: `${placeOf(tree, first)}${more} never ended: it is running for ${formatNanos(durationOf(tree, first))}, but its parent has ended`,
      how: 'A running span whose parent, in the same service, ended more than five seconds ago',
      rows: forgotten,
      pathNanos: 0,
    });
  }
  return findings;
}

function isForgotten(tree: TraceTree, row: number): boolean {
  const parent = tree.parents[row] as number;
  if (parent === -1 || parent >= tree.trace.spanCount || isRowRunning(tree, parent)) return false;
  if (tree.trace.services[parent] !== tree.trace.services[row]) return false;
  return (tree.ends[row] as number) - (tree.ends[parent] as number) > MAX_RUN_AFTER_PARENT_NANOS;
}

/** Says which clocks were corrected. */
export function differentClocks({ analysis }: Evidence): Finding[] {
  return analysis.tree.corrections.map(({ host, aheadNanos, pairCount }) => ({
    kind: 'clocks-differ',
    text: `The clock of ${lineOf(host)} is ${formatNanos(Math.abs(aheadNanos))} ${aheadNanos > 0 ? 'ahead' : 'behind'}; its times are corrected, by ${counted(pairCount, 'call')}`,
    how: 'The median of the differences at both ends of calls between two hosts',
    rows: [],
    pathNanos: 0,
  }));
}

/** Rows of spans in pre-order. */
function rowsOf(tree: TraceTree, isWanted: (row: number) => boolean): number[] {
  const rows: number[] = [];
  for (const row of tree.preOrder) if (row < tree.trace.spanCount && isWanted(row)) rows.push(row);
  return rows;
}
