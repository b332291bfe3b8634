import { pairKey } from '../call-ids.js';
import { counted, formatNanos } from '../durations.js';
import { Fact, NO_FACT } from '../facts.js';
import { failuresOf, isFailed } from '../root-cause.js';
import { answerOf, errorOf, placeOf } from '../row-texts.js';
import { textOf } from '../trace-columns.js';
import { durationOf, isMissing, type TraceTree } from '../trace-tree.js';
import type { Finding } from './finding.js';
import type { Evidence } from './finding-context.js';

/** Finds calls that failed and were made again with the same values, by one span. */
export function retriedCalls(evidence: Evidence): Finding[] {
  const { analysis, signatures, clientRows } = evidence;
  const { tree } = analysis;
  const callOf = (row: number): number =>
    pairKey((tree.parents[row] as number) + 1, signatures.of(row));
  const failedCalls = new Set(clientRows.filter((row) => isFailed(tree, row)).map(callOf));
  const groups = new Map<number, number[]>();
  for (const row of clientRows) {
    // Nearly all calls are left out here: without a failure there is no retry.
    if (failedCalls.size === 0 || !failedCalls.has(callOf(row))) continue;
    const key = pairKey((tree.parents[row] as number) + 1, signatures.identityOf(row));
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  const findings: Finding[] = [];
  for (const rows of groups.values()) {
    const tries = triesOf(tree, rows);
    if (tries.length < 2) continue;
    const failures = tries.filter((row) => isFailed(tree, row));
    const last = tries.at(-1) as number;
    const end = isFailed(tree, last) ? 'and failed each time' : 'and succeeded in the end';
    const error = errorOf(tree, failures.at(-1) as number);
    findings.push({
      kind: 'retried',
      text: `${placeOf(tree, last)} was tried ${counted(tries.length, 'time')} ${end}${error === undefined ? '' : `: ${error}`}`,
      how: 'A failed call, and after it the same call with the same values below the same span',
      rows: tries,
      pathNanos: evidence.pathOf(failures),
    });
  }
  return findings;
}

/** The failed calls, each with a later call after its end, and the last of them. */
function triesOf(tree: TraceTree, rows: readonly number[]): number[] {
  const tries: number[] = [];
  for (const row of rows) {
    const last = tries.at(-1);
    const isNext =
      last === undefined ||
      (isFailed(tree, last) && (tree.starts[row] as number) >= (tree.ends[last] as number));
    if (isNext) tries.push(row);
  }
  return isFailed(tree, tries[0] as number) ? tries : [];
}

const TIMEOUT_ANSWERS = new Set(['DEADLINE_EXCEEDED', '408', '504']);
const TIMEOUT_TEXT = /time[d-]?\s?-?out|deadline|ETIMEDOUT|ESOCKETTIMEDOUT/i;
/** `query_canceled` of PostgreSQL, `ER_QUERY_TIMEOUT` of MySQL. */
const TIMEOUT_CODES = new Set(['57014', '3024']);

/** Finds spans that failed because something took too long; only where this began. */
export function timeouts({ analysis, pathBelow }: Evidence): Finding[] {
  const { tree } = analysis;
  const groups = new Map<string, number[]>();
  for (const row of tree.preOrder) {
    if (!isTimeout(tree, row) || hasTimeoutBelow(tree, row)) continue;
    const key = `${tree.trace.services[row]} ${tree.trace.names[row]}`;
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return [...groups.values()].map((rows) => {
    const longest = rows.reduce((most, row) => Math.max(most, durationOf(tree, row)), 0);
    const first = rows[0] as number;
    const times = rows.length === 1 ? '' : ` ${counted(rows.length, 'time')}`;
    return {
      kind: 'timed-out',
      text: `${placeOf(tree, first)} timed out${times} after ${formatNanos(longest)}`,
      how: 'A status or an error that says that a deadline was exceeded, and no such span below it',
      rows,
      pathNanos: rows.reduce((sum, row) => sum + (pathBelow[row] as number), 0),
    };
  });
}

function isTimeout(tree: TraceTree, row: number): boolean {
  if (isMissing(tree, row)) return false;
  const { trace } = tree;
  const hasError = isFailed(tree, row) || trace.facts.valueOf(row, Fact.ERROR_TYPE) !== NO_FACT;
  const answer = answerOf(tree, row);
  if (answer !== undefined && TIMEOUT_ANSWERS.has(answer)) return true;
  if (!hasError) return false;
  const code = textOf(trace, row, Fact.DB_STATUS);
  if (code !== undefined && TIMEOUT_CODES.has(code)) return true;
  return [Fact.ERROR_TYPE, Fact.EXCEPTION_TYPE, Fact.EXCEPTION_MESSAGE, Fact.STATUS_MESSAGE].some(
    (fact) => TIMEOUT_TEXT.test(textOf(trace, row, fact) ?? ''),
  );
}

function hasTimeoutBelow(tree: TraceTree, row: number): boolean {
  const children = tree.children.subarray(tree.childOffsets[row], tree.childOffsets[row + 1]);
  return children.some((child) => isTimeout(tree, child));
}

/** The failures that a caller handled, as the headline says it. */
export function handledFailures({ analysis }: Evidence): Finding[] {
  return failuresOf(analysis)
    .filter(({ kind }) => kind === 'handled')
    .map(({ text, rows }) => ({
      kind: 'handled',
      text,
      how: 'A failed span below spans that have not failed',
      rows,
      pathNanos: 0,
    }));
}
