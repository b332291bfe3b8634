import { setImmediate } from 'node:timers/promises';
import { analyse, type TraceAnalysis } from '../analysis/analyse.js';
import { findingsOf } from '../analysis/findings/findings.js';
import type { SpanRecord } from '../analysis/span-record.js';
import { spanIdOfHex } from '../analysis/trace-columns.js';
import { attributeOfSpan, type SearchedTrace } from '../query/searched-trace.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';
import type { ListFilter } from './list-filter.js';
import { TraceContexts } from './trace-contexts.js';

/** The event loop turns after this time, so that spans are received while a search runs. */
const SLICE_MILLIS = 20;

/** A page of a search. */
export interface SearchPage {
  readonly found: readonly TraceEntry[];
  /** Whether further traces were not looked at, or match too. */
  readonly hasMore: boolean;
}

/**
 * Looks for traces that match, in the given order, until there are enough.
 *
 * @param isWanted false when nobody waits for the result any more
 */
export async function searchTraces(
  entries: readonly TraceEntry[],
  filter: Pick<ListFilter, 'matches'>,
  limit: number,
  store: TraceStore,
  isWanted: () => boolean = () => true,
): Promise<SearchPage> {
  const found: TraceEntry[] = [];
  let sliceEnd = performance.now() + SLICE_MILLIS;
  for (const entry of entries) {
    // It was dropped while the event loop turned.
    if (store.get(entry.id) !== entry) continue;
    if (filter.matches(entry, store)) {
      if (found.length === limit) return { found, hasMore: true };
      found.push(entry);
    }
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    if (!isWanted()) break;
    sliceEnd = performance.now() + SLICE_MILLIS;
  }
  return { found, hasMore: false };
}

/** A trace for a query: what is costly to find out is found out when the query asks for it. */
export function searchedTrace(
  entry: TraceEntry,
  store: TraceStore,
  contexts: TraceContexts = new TraceContexts(store),
): SearchedTrace {
  const columns = entry.columns();
  const { mainRow } = entry.outline();
  const nowNanos = store.endOf(entry);
  let analysis: TraceAnalysis | undefined;
  const analysed = (): TraceAnalysis => {
    analysis ??= analyse(columns, { nowNanos });
    return analysis;
  };
  let logged: Set<bigint> | undefined;
  let span: { readonly row: number; readonly record: SpanRecord } | undefined;
  return {
    columns,
    rootRow: mainRow,
    nowNanos,
    run: entry.run,
    attributeOf: (row, key) => {
      // A query asks for several attributes of a row, one after another.
      if (span?.row !== row) span = { row, record: entry.read(row) };
      return attributeOfSpan(span.record, key);
    },
    hasLogs: (row) => {
      logged ??= spansWithLogs(entry.id, store);
      return logged.has(columns.spanIds[row] as bigint);
    },
    findings: () => findingsOf(analysed(), contexts.of(entry)).map(({ kind }) => kind),
    edges: () =>
      store.graph.callsOf(analysed().tree).map(({ from, to, error }) => ({
        from: from.label,
        to: to.label,
        isFailed: error !== undefined,
      })),
  };
}

function spansWithLogs(traceId: string, store: TraceStore): Set<bigint> {
  return new Set(store.logs.ofTrace(traceId).map(({ spanId }) => spanIdOfHex(spanId)));
}
