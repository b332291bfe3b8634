import { assembledState, type TraceState } from '../store/assembly.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';

/** A trace in a list. */
export interface TraceRow {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** The name of its root span, or of the span that started first where the root has not arrived. */
  readonly name: string;
  /** The service of that span. */
  readonly service: string;
  /** Whether that span is a root. */
  readonly hasRoot: boolean;
  /** All services, in the order in which they arrived. */
  readonly services: readonly string[];
  /** Epoch nanoseconds, in decimal digits: no number of JSON holds them. */
  readonly startNanos: string;
  readonly durationNanos: number;
  readonly spanCount: number;
  readonly failedCount: number;
  readonly logCount: number;
  /** `running` as long as {@link runningCount} is not 0. */
  readonly state: TraceState;
  /** The spans that are running; {@link durationNanos} is as of now if there are any. */
  readonly runningCount: number;
  /** The spans that have no end, and of which nothing is heard any more: their process has gone, or their end got lost. */
  readonly silentCount: number;
  /** The number of the viewer's start in which the trace began, from 1. */
  readonly run: number;
  /** The spans whose parent has not arrived. */
  readonly orphanCount: number;
  /** The circles of parents that were cut. */
  readonly cycleCount: number;
  readonly isStarred: boolean;
}

/** The row of a trace as of now. */
export function rowOfTrace(entry: TraceEntry, store: TraceStore): TraceRow {
  const { mainRow, hasRoot, start, failedCount } = entry.outline();
  const { state, orphanCount, cycleCount } = assembledState(entry, store.nowMillis);
  return {
    id: entry.id,
    name: entry.nameOf(mainRow),
    service: entry.serviceOf(mainRow),
    hasRoot,
    services: [...new Set(entry.resources.map(({ service }) => service))],
    startNanos: String(entry.base + BigInt(start)),
    durationNanos: store.endOf(entry) - start,
    spanCount: entry.spanCount,
    failedCount,
    logCount: store.logs.countOf(entry.id),
    state,
    runningCount: entry.runningCount,
    silentCount: entry.silentCount,
    run: entry.run,
    orphanCount,
    cycleCount,
    isStarred: entry.isStarred,
  };
}

/** The orders of the list; each begins with the largest value. */
export const TRACE_ORDERS = ['newest', 'duration', 'spans', 'failures'] as const;
export type TraceOrder = (typeof TRACE_ORDERS)[number];

/** All traces in an order; equal ones from the newest to the oldest. */
export function orderedTraces(store: TraceStore, order: TraceOrder): TraceEntry[] {
  // Traces of earlier runs are read again while new ones arrive.
  const entries = [...store.entries()].reverse().sort((a, b) => b.run - a.run);
  if (order === 'newest') return entries;
  const keyOf = (entry: TraceEntry): number => {
    if (order === 'spans') return entry.spanCount;
    const { start, failedCount } = entry.outline();
    return order === 'duration' ? store.endOf(entry) - start : failedCount;
  };
  return entries.sort((a, b) => keyOf(b) - keyOf(a));
}
