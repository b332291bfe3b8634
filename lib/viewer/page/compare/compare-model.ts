import { analyse, type TraceAnalysis } from '../../analysis/analyse.js';
import { type ComparedNode, type Comparison, compareTraces } from '../../analysis/compare.js';
import { formatNanos } from '../../analysis/durations.js';
import { callPathOf, type FlameTree, flameTreeOf } from '../../analysis/flame-tree.js';
import { lineOf } from '../../analysis/row-texts.js';
import { durationOf } from '../../analysis/trace-tree.js';
import type { TraceJson } from '../../api/answers.js';
import type { TraceRow } from '../../api/trace-row.js';
import { decodeTrace } from '../trace/decode-trace.js';

/** One of the two traces. */
export interface ComparedTrace {
  readonly row: TraceRow;
  readonly analysis: TraceAnalysis;
  readonly flame: FlameTree;
  /** The duration of the main root, in nanoseconds. */
  readonly durationNanos: number;
}

/** Two traces side by side. */
export interface ComparedPair {
  readonly a: ComparedTrace;
  readonly b: ComparedTrace;
  readonly comparison: Comparison;
}

/** Reads two answers of the server. */
export function comparePair(a: TraceJson, b: TraceJson): ComparedPair {
  const [traceA, traceB] = [comparedTrace(a), comparedTrace(b)];
  return { a: traceA, b: traceB, comparison: compareTraces(traceA.flame, traceB.flame) };
}

function comparedTrace(json: TraceJson): ComparedTrace {
  const analysis = analyse(decodeTrace(json));
  const { tree } = analysis;
  const durationNanos = tree.mainRoot === -1 ? 0 : durationOf(tree, tree.mainRoot);
  return { row: json.row, analysis, flame: flameTreeOf(analysis), durationNanos };
}

/** Where a call path is. */
export type Presence = 'both' | 'only in A' | 'only in B';

/** In which of the traces a node is. */
export function presenceOf({ a, b }: ComparedNode): Presence {
  if (a === undefined) return 'only in B';
  return b === undefined ? 'only in A' : 'both';
}

/** The name of a node with its service. */
export function titleOf({ a, b }: ComparedNode): {
  readonly name: string;
  readonly service: string;
} {
  const node = b ?? a;
  return { name: lineOf(node?.name ?? ''), service: lineOf(node?.service ?? '') };
}

/** Less than this part of the longer trace is no difference worth a sentence. */
const MIN_PART = 0.02;

/**
 * Says what differs most: `B took 300 ms longer (312 ms, A 12.0 ms), mostly by 280 ms more in POST /orders ›
 * SELECT items, 118 calls in place of 3`.
 */
export function differenceSentence({ a, b, comparison }: ComparedPair): string {
  const delta = b.durationNanos - a.durationNanos;
  const longest = Math.max(a.durationNanos, b.durationNanos);
  const durations = `${formatNanos(b.durationNanos)}, A ${formatNanos(a.durationNanos)}`;
  if (Math.abs(delta) < longest * MIN_PART) {
    return `Both took about the same time: B ${durations}${countsDifference(comparison)}`;
  }
  const word = delta > 0 ? 'longer' : 'less';
  const head = `B took ${formatNanos(Math.abs(delta))} ${word} (${durations})`;
  const most = comparison.byDifference.find(({ pathDelta }) => pathDelta * delta > 0);
  if (most === undefined) return `${head}.`;
  const more = delta > 0 ? 'more' : 'less';
  const place = lineOf(callPathOf((most.b ?? most.a) as NonNullable<ComparedNode['a']>));
  return `${head}, mostly by ${formatNanos(Math.abs(most.pathDelta))} ${more} in ${place}${callsDifference(most)}.`;
}

function callsDifference(node: ComparedNode): string {
  const presence = presenceOf(node);
  if (presence !== 'both') return `, which is ${presence}`;
  if (node.callDelta === 0) return '';
  const [a, b] = [node.a?.callCount ?? 0, node.b?.callCount ?? 0];
  return `: ${b.toLocaleString('en')} ${b === 1 ? 'call' : 'calls'} in place of ${a.toLocaleString('en')}`;
}

/** What differs besides the time. */
function countsDifference({ byDifference }: Comparison): string {
  const onlyA = byDifference.filter((node) => presenceOf(node) === 'only in A').length;
  const onlyB = byDifference.filter((node) => presenceOf(node) === 'only in B').length;
  const others = byDifference.filter(({ callDelta, failedDelta, a, b }) => {
    return a !== undefined && b !== undefined && (callDelta !== 0 || failedDelta !== 0);
  }).length;
  const parts = [
    onlyA > 0 && `${onlyA} call ${onlyA === 1 ? 'path is' : 'paths are'} only in A`,
    onlyB > 0 && `${onlyB} only in B`,
    others > 0 && `${others} with another number of calls or failures`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? ', with the same calls.' : `; ${parts.join(', ')}.`;
}

/** `+3.2 ms`, `−40 µs`; empty for no difference. */
export function deltaText(nanos: number): string {
  if (Math.abs(nanos) < 1) return '';
  return `${nanos > 0 ? '+' : '−'}${formatNanos(Math.abs(nanos))}`;
}

/** `+3`, `−1`; empty for no difference. */
export function countDeltaText(delta: number): string {
  if (delta === 0) return '';
  return `${delta > 0 ? '+' : '−'}${Math.abs(delta).toLocaleString('en')}`;
}
