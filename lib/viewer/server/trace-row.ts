import type { TraceRow } from '../api/trace-row.js';
import { assembledState } from '../store/assembly.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';

/** The row of a trace as of now. */
export function rowOfTrace(entry: TraceEntry, store: TraceStore): TraceRow {
  const { mainRow, hasRoot, start, end, failedCount } = entry.outline();
  const { state, orphanCount, cycleCount } = assembledState(entry, store.nowMillis);
  return {
    id: entry.id,
    name: entry.nameOf(mainRow),
    service: entry.serviceOf(mainRow),
    hasRoot,
    services: [...new Set(entry.resources.map(({ service }) => service))],
    startNanos: String(entry.base + BigInt(start)),
    durationNanos: end - start,
    spanCount: entry.spanCount,
    failedCount,
    logCount: store.logs.countOf(entry.id),
    state,
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
  const entries = [...store.entries()].reverse();
  if (order === 'newest') return entries;
  const keyOf = (entry: TraceEntry): number => {
    if (order === 'spans') return entry.spanCount;
    const { start, end, failedCount } = entry.outline();
    return order === 'duration' ? end - start : failedCount;
  };
  return entries.sort((a, b) => keyOf(b) - keyOf(a));
}
