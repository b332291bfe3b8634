import { analyse, type TraceAnalysis } from '../../analysis/analyse.js';
import { measureClocks } from '../../analysis/clock-skew.js';
import { isFailed } from '../../analysis/root-cause.js';
import { hexOfSpanId, spanIdOfHex, type TraceColumns } from '../../analysis/trace-columns.js';
import type { TreeOptions } from '../../analysis/trace-tree.js';
import { type DisplayTree, displayTreeOf } from './display-tree.js';
import { openStateOf } from './open-state.js';
import { type PathTimes, pathTimesOf } from './path-times.js';
import type { TimeRange } from './time-range.js';

/** A trace as the screen shows it. It never changes: when the trace grows, there is a new one. */
export interface TraceModel {
  readonly trace: TraceColumns;
  readonly analysis: TraceAnalysis;
  readonly display: DisplayTree;
  readonly pathTimes: PathTimes;
  /** From the first start to the last end of a span. */
  readonly whole: TimeRange;
  /** The names of the services, in the order in which their spans stand in the tree. */
  readonly services: readonly string[];
  readonly failedCount: number;
  /** Without those of processes that have gone. */
  readonly runningCount: number;
  /** The hosts whose clocks differ, whether their times are corrected or not. */
  readonly hostsOffCount: number;
}

/** Computes what is needed to show a trace. */
export function traceModelOf(trace: TraceColumns, options: TreeOptions = {}): TraceModel {
  const analysis = analyse(trace, options);
  const display = displayTreeOf(analysis.tree);
  let failedCount = 0;
  let runningCount = 0;
  for (let row = 0; row < trace.spanCount; row++) {
    if (isFailed(analysis.tree, row)) failedCount++;
    if (openStateOf(analysis.tree, row) === 'running') runningCount++;
  }
  return {
    trace,
    analysis,
    display,
    pathTimes: pathTimesOf(display, analysis.path),
    whole: wholeOf(analysis),
    services: servicesOf(analysis),
    failedCount,
    runningCount,
    hostsOffCount: (options.correctClocks === false ? measureClocks(trace) : analysis.tree)
      .corrections.length,
  };
}

/** The id of a row, also of a missing parent, as 16 hexadecimal digits. */
export function spanIdOfRow({ trace, analysis }: TraceModel, row: number): string {
  const id = trace.spanIds[row] ?? analysis.tree.missingParents[row - trace.spanCount];
  return hexOfSpanId(id ?? 0n);
}

/** The row with an id; of a missing parent too. -1 if there is no such row. */
export function rowOfSpanId({ trace, analysis }: TraceModel, hex: string): number {
  const id = spanIdOfHex(hex);
  if (id === 0n) return -1;
  const row = trace.spanIds.indexOf(id);
  if (row !== -1) return row;
  const missing = analysis.tree.missingParents.indexOf(id);
  return missing === -1 ? -1 : trace.spanCount + missing;
}

function wholeOf({ tree: { starts, ends } }: TraceAnalysis): TimeRange {
  let from = Infinity;
  let to = -Infinity;
  for (let row = 0; row < starts.length; row++) {
    from = Math.min(from, starts[row] as number);
    to = Math.max(to, ends[row] as number);
  }
  // A trace of one span without a duration is at one point of time.
  return from <= to ? { from, to: Math.max(to, from + 1) } : { from: 0, to: 1 };
}

function servicesOf({ tree: { preOrder, trace } }: TraceAnalysis): string[] {
  const numbers = new Set<number>();
  for (const row of preOrder) {
    const service = trace.services[row];
    if (service !== undefined) numbers.add(service);
  }
  return [...numbers].map((number) => trace.strings[number] ?? '');
}
