import type { TraceAnalysis } from './analyse.js';
import { Wait } from './blocking.js';
import { counted } from './durations.js';
import { shortPlace } from './exception-frame.js';
import { Fact, NO_FACT } from './facts.js';
import type { Sentence } from './headline.js';
import { answerOf, codeOf, errorOf, isFailureAnswer, lineOf } from './row-texts.js';
import { SpanStatus } from './span-record.js';
import { isMissing, rowName, rowService, type TraceTree } from './trace-tree.js';

/** How a span went. */
const Trouble = {
  NONE: 0,
  /** It has not failed, but it answered with an error, or recorded an exception: a server's 404. */
  SIGN: 1,
  FAILED: 2,
} as const;
type Trouble = (typeof Trouble)[keyof typeof Trouble];

/**
 * Says why a trace failed or was refused, which failures were handled, and what failed that nobody waited
 * for. An empty list if nothing failed.
 */
export function failuresOf(analysis: TraceAnalysis): Sentence[] {
  const { tree, waits } = analysis;
  if (tree.mainRoot === -1) return [];
  const units = unitsOf(tree, waits);
  const sentences: Sentence[] = [];
  const cause = causeBelow(analysis, tree.mainRoot);
  if (cause !== undefined) sentences.push(cause);
  const handled: number[] = [];
  const later: number[] = [];
  for (const row of tree.preOrder) {
    if (isMissing(tree, row) && row !== tree.mainRoot) {
      if (troubleIn(analysis, row) === Trouble.FAILED) later.push(row);
      continue;
    }
    if (troubleOf(tree, row) !== Trouble.FAILED) continue;
    const unit = units[row] as number;
    if (troubleIn(analysis, unit) === Trouble.NONE) {
      if (troubledChild(analysis, row, Trouble.FAILED) === undefined) handled.push(row);
    } else if (unit === row && unit !== tree.mainRoot) {
      later.push(row);
    }
  }
  if (handled.length > 0) sentences.push(handledSentence(tree, handled));
  if (later.length > 0) sentences.push(laterSentence(analysis, later));
  return sentences;
}

/** The rows from the main root to the span where the failure began; empty if the trace has not failed. */
export function failureChain(
  analysis: TraceAnalysis,
  from: number = analysis.tree.mainRoot,
): number[] {
  if (from === -1 || troubleIn(analysis, from) === Trouble.NONE) return [];
  const chain = [from];
  for (let row: number | undefined = from; ; chain.push(row)) {
    row =
      troubledChild(analysis, row, Trouble.FAILED) ?? troubledChild(analysis, row, Trouble.SIGN);
    if (row === undefined) return chain;
  }
}

/** The rows of spans that have failed. */
export function isFailed({ trace }: TraceTree, row: number): boolean {
  return trace.statuses[row] === SpanStatus.ERROR;
}

function causeBelow(analysis: TraceAnalysis, from: number): Sentence | undefined {
  const { tree } = analysis;
  const rows = failureChain(analysis, from);
  const origin = rows.at(-1);
  if (origin === undefined) return undefined;
  const hasFailed = rows.some((row) => isFailed(tree, row));
  const error = errorOf(tree, origin);
  const answer = answerOf(tree, origin);
  const isBare = origin === from && error !== undefined && error === answer;
  const text = isBare ? `It answered ${answer}` : `It began in ${originText(tree, origin)}`;
  return { kind: hasFailed ? 'failed' : 'refused', text, rows };
}

/** `inventory, Warehouse.findShelf (warehouse.ts:31): WarehouseOfflineError: …`. */
function originText(tree: TraceTree, row: number): string {
  const place = [rowService(tree, row), rowName(tree, row)]
    .filter((text) => text !== '')
    .join(', ');
  const code = codeOf(tree, row);
  const error = errorOf(tree, row) ?? 'it says no reason';
  return `${lineOf(place)}${code === undefined ? '' : ` (${lineOf(shortPlace(code))})`}: ${error}`;
}

function handledSentence(tree: TraceTree, rows: number[]): Sentence {
  const last = latest(tree, rows);
  const text =
    rows.length === 1
      ? `1 failure was handled, in ${originText(tree, last)}`
      : `${counted(rows.length, 'failure')} were handled, the last in ${originText(tree, last)}`;
  return { kind: 'handled', text, rows };
}

function laterSentence(analysis: TraceAnalysis, units: number[]): Sentence {
  const { tree } = analysis;
  const origin = failureChain(analysis, latest(tree, units)).at(-1) as number;
  const more = units.length === 1 ? '' : ` (and ${counted(units.length - 1, 'more failure')})`;
  const text = `What nobody waited for failed in ${originText(tree, origin)}${more}`;
  return { kind: 'later', text, rows: units };
}

function latest({ ends }: TraceTree, rows: readonly number[]): number {
  return rows.reduce((last, row) => ((ends[row] as number) > (ends[last] as number) ? row : last));
}

/** The row that each row's failure would make fail: itself or an ancestor that somebody else waits for. */
function unitsOf({ preOrder, parents, rowCount }: TraceTree, waits: Uint8Array): Int32Array {
  const units = new Int32Array(rowCount);
  for (const row of preOrder) {
    const parent = parents[row] as number;
    units[row] = parent === -1 || waits[row] !== Wait.WAITED ? row : (units[parent] as number);
  }
  return units;
}

function troubleOf(tree: TraceTree, row: number): Trouble {
  if (isMissing(tree, row)) return Trouble.NONE;
  if (isFailed(tree, row)) return Trouble.FAILED;
  const { facts } = tree.trace;
  const hasException =
    facts.valueOf(row, Fact.EXCEPTION_TYPE) !== NO_FACT ||
    facts.valueOf(row, Fact.EXCEPTION_MESSAGE) !== NO_FACT ||
    facts.valueOf(row, Fact.ERROR_TYPE) !== NO_FACT;
  return hasException || isFailureAnswer(tree, row) ? Trouble.SIGN : Trouble.NONE;
}

/** The trouble of a row; a parent that has not arrived has that of its children. */
function troubleIn(analysis: TraceAnalysis, row: number): Trouble {
  const { tree } = analysis;
  if (!isMissing(tree, row)) return troubleOf(tree, row);
  if (troubledChild(analysis, row, Trouble.FAILED) !== undefined) return Trouble.FAILED;
  return troubledChild(analysis, row, Trouble.SIGN) === undefined ? Trouble.NONE : Trouble.SIGN;
}

/**
 * The child with that trouble that its parent waited for, and that ended last: with retries the last try;
 * with work at once the first failure, because the parent did not wait for the others.
 */
function troubledChild(
  { tree, waits }: TraceAnalysis,
  row: number,
  trouble: Trouble,
): number | undefined {
  const { childOffsets, children, ends } = tree;
  const parentEnd = ends[row] as number;
  let found: number | undefined;
  let foundEnd = -Infinity;
  for (let i = childOffsets[row] as number; i < (childOffsets[row + 1] as number); i++) {
    const child = children[i] as number;
    if (waits[child] !== Wait.WAITED || troubleOf(tree, child) !== trouble) continue;
    const end = Math.min(ends[child] as number, parentEnd);
    if (end < foundEnd) continue;
    found = child;
    foundEnd = end;
  }
  return found;
}
