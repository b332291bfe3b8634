import type { TraceAnalysis } from './analyse.js';
import { callIdsOf } from './call-ids.js';
import { formatNanos, formatPart } from './durations.js';
import { Fact } from './facts.js';
import { failuresOf } from './root-cause.js';
import { isBlockingCommand, lineOf, placeOf } from './row-texts.js';
import { SpanKind } from './span-record.js';
import { finishedBy } from './steps.js';
import { numberOf, RowFlag } from './trace-columns.js';
import {
  durationOf,
  hasFlag,
  isMissing,
  isRowRunning,
  rowKind,
  rowName,
  rowService,
  type TraceTree,
} from './trace-tree.js';

/** What a sentence is about. */
export type SentenceKind =
  /** Where the failure of the trace began. */
  | 'failed'
  /** Why the trace was answered with an error that is no failure, such as 404. */
  | 'refused'
  /** Failures that a caller handled. */
  | 'handled'
  /** Failures of work that nobody waited for. */
  | 'later'
  /** What took most of the time. */
  | 'slow'
  /** What a trace waits for that is running. */
  | 'running';

/** A sentence about a trace. */
export interface Sentence {
  readonly kind: SentenceKind;
  readonly text: string;
  /** The rows that the sentence is about. */
  readonly rows: readonly number[];
}

/** A smaller part of the time is not what made a trace take long. */
const MIN_PART = 0.3;

/** Says why a trace failed, what it waits for, and why it took so long; the most important first. */
export function headlineOf(analysis: TraceAnalysis): Sentence[] {
  return finishedBy(headlineSteps(analysis));
}

/** As {@link headlineOf}, sentence by sentence, for a caller that has other work to do between them. */
export function* headlineSteps(analysis: TraceAnalysis): Generator<void, Sentence[]> {
  const failures = failuresOf(analysis);
  yield;
  const slow = slowSentence(analysis);
  const running = runningSentence(analysis);
  return [
    ...failures,
    ...(running === undefined ? [] : [running]),
    ...(slow === undefined ? [] : [slow]),
  ];
}

/** Groups the critical path by service, name and kind: the first group, if it is a good part of the time. */
function slowSentence({ tree, path, selfNanos }: TraceAnalysis): Sentence | undefined {
  if (tree.mainRoot === -1) return undefined;
  const { pathNanos } = path;
  const groups = new Map<number, { nanos: number; rows: number[] }>();
  const { ids } = callIdsOf(tree);
  const seen = new Set<number>();
  for (const row of path.rows) {
    if (seen.has(row)) continue;
    seen.add(row);
    // It waits for data that is not there yet, so it is not slow.
    if (isBlockingCommand(tree, row)) continue;
    const key = ids[row] as number;
    const group = groups.get(key) ?? { nanos: 0, rows: [] };
    group.nanos += pathNanos[row] as number;
    group.rows.push(row);
    groups.set(key, group);
  }
  // The path is in the order of time, so of equal groups the earlier one is named.
  const [first] = [...groups.values()].sort((a, b) => b.nanos - a.nanos);
  const whole = durationOf(tree, tree.mainRoot);
  if (first === undefined || first.nanos < whole * MIN_PART) return undefined;
  // That a trace of one span took its time is no news.
  if (seen.size === 1 && tree.rowCount === 1) return undefined;
  const count = callCount(tree, first.rows);
  const times = count === 1 ? '' : `, ${count.toLocaleString('en-US')} times one after another`;
  const text = `${formatPart(first.nanos, whole)}: ${subjectOf(tree, first.rows, selfNanos)}${times}`;
  return { kind: 'slow', text, rows: first.rows };
}

/** What spans spent their time with: their work, or what is between a call and its server. */
function subjectOf(tree: TraceTree, rows: readonly number[], selfNanos: Float64Array): string {
  const row = rows[0] as number;
  const server = rows.map((other) => serverOf(tree, other)).find((found) => found !== undefined);
  if (server !== undefined) {
    const [from, to] = [rowService(tree, row), rowService(tree, server)].map((name) =>
      lineOf(name),
    );
    return `on the way between ${from} and ${to}, ${lineOf(rowName(tree, row))}`;
  }
  const hasWaited = rows.some((other) => (selfNanos[other] as number) < durationOf(tree, other));
  return `${hasWaited ? 'own or untraced time of ' : ''}${placeOf(tree, row)}`;
}

/** The span of the server that a client span called, in another service. */
function serverOf(tree: TraceTree, row: number): number | undefined {
  if (rowKind(tree, row) !== SpanKind.CLIENT) return undefined;
  const children = tree.children.subarray(tree.childOffsets[row], tree.childOffsets[row + 1]);
  return children.find(
    (child) =>
      rowKind(tree, child) === SpanKind.SERVER &&
      tree.trace.services[child] !== tree.trace.services[row],
  );
}

/** The number of calls that spans are of: a span may stand for several equal queries. */
function callCount({ trace }: TraceTree, rows: readonly number[]): number {
  return rows.reduce((sum, row) => {
    const folded = row < trace.spanCount ? numberOf(trace, row, Fact.FOLDED_COUNT) : undefined;
    return sum + (folded ?? 1);
  }, 0);
}

/** What the root waits for now is what the path ends with. */
function runningSentence({ tree, path }: TraceAnalysis): Sentence | undefined {
  const { mainRoot } = tree;
  if (mainRoot === -1 || isMissing(tree, mainRoot) || !isRowRunning(tree, mainRoot))
    return undefined;
  const row = path.rows.at(-1) ?? mainRoot;
  const text = runningText(tree, mainRoot, row);
  return { kind: 'running', text, rows: [row] };
}

function runningText(tree: TraceTree, mainRoot: number, row: number): string {
  const whole = formatNanos(durationOf(tree, mainRoot));
  const since = formatNanos(durationOf(tree, row));
  const place = placeOf(tree, row);
  const isWhole = row === mainRoot;
  if (hasFlag(tree, mainRoot, RowFlag.PROCESS_GONE)) {
    const gone = `Its process has gone after ${whole}`;
    return isWhole ? `${gone}: ${place}` : `${gone}, in ${place} for ${since}`;
  }
  return isWhole
    ? `Running for ${whole}: ${place}`
    : `Running for ${whole}, now in ${place} for ${since}`;
}
