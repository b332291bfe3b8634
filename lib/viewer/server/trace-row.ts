import { FactColumnsBuilder } from '../analysis/fact-columns-builder.js';
import { callStatusOf } from '../analysis/row-texts.js';
import { StringTable } from '../analysis/string-table.js';
import type { RowHeadline, TraceRow } from '../api/trace-row.js';
import { readFacts } from '../otlp/read-facts.js';
import { assembledState } from '../store/assembly.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';

/**
 * The row of a trace as of now.
 *
 * @param headlineOf gives the sentence of a trace that has settled
 */
export function rowOfTrace(
  entry: TraceEntry,
  store: TraceStore,
  headlineOf: (entry: TraceEntry) => RowHeadline | undefined = () => undefined,
): TraceRow {
  const { mainRow, hasRoot, start, failedCount } = entry.outline();
  const { state, orphanCount, cycleCount } = assembledState(entry, store.nowMillis);
  return {
    id: entry.id,
    name: entry.nameOf(mainRow),
    statusCode: statusCodeOf(entry.bytesOf(mainRow)),
    headline: state === 'arriving' ? undefined : headlineOf(entry),
    arrivalMillis: entry.firstArrivalMillis,
    service: entry.serviceOf(mainRow),
    hasRoot,
    services: [...new Set(entry.resources.map(({ service }) => service))],
    startNanos: String(entry.base + BigInt(start)),
    durationNanos: store.endOf(entry) - start,
    spanCount: entry.spanCount,
    spanRevision: entry.spanRevision,
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

/** The columns of a trace have this too, but while spans arrive they would be read anew for each row. */
function statusCodeOf(span: Buffer): string {
  const table = new StringTable();
  const builder = new FactColumnsBuilder(table);
  readFacts(span, 0, builder, []);
  return callStatusOf({ facts: builder.build(), strings: table.strings }, 0) ?? '';
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
