import { VERSION } from '../../version.js';
import { analyse } from '../analysis/analyse.js';
import type { TraceJson } from '../api/answers.js';
import type { SavedSourceJson, SavedTraceJson } from '../api/saved-trace.js';
import { TRACE_REQUEST } from '../otlp/otlp-schema.js';
import { protobufToJson } from '../otlp/protobuf-to-json.js';
import type { TraceEntry } from '../store/trace-entry.js';
import { requestOfTrace } from '../store/trace-request.js';
import type { TraceStore } from '../store/trace-store.js';
import { columnsToJson } from './columns-json.js';
import { logsToJson } from './logs-json.js';
import type { RowHeadlines } from './row-headlines.js';
import type { TraceContexts } from './trace-contexts.js';
import { rowOfTrace } from './trace-row.js';

/** A trace for its screen: its row, its columns and its logs. */
export function traceToJson(
  entry: TraceEntry,
  store: TraceStore,
  headlines: RowHeadlines,
): TraceJson {
  return {
    row: rowOfTrace(entry, store, (settled) => headlines.headlineOf(settled)),
    nowNanos: store.endOf(entry),
    ...columnsToJson(entry.columns()),
    logs: logsToJson(store.logs.ofTrace(entry.id)),
  };
}

/** All that the page asks for about a trace, a `SavedTraceJson`, as text. */
export function savedTraceText(
  entry: TraceEntry,
  { store, headlines }: { readonly store: TraceStore; readonly headlines: RowHeadlines },
  contexts: TraceContexts,
  savedMillis: number,
  sources: readonly SavedSourceJson[] = [],
): string {
  const known: Omit<SavedTraceJson, 'otlp'> = {
    trace: traceToJson(entry, store, headlines),
    context: contexts.json(entry, analyse(entry.columns(), { nowNanos: store.endOf(entry) })),
    sources,
    savedMillis,
    version: VERSION,
  };
  // The details of the spans are JSON already, and the longest part by far.
  const otlp = protobufToJson(requestOfTrace(entry), TRACE_REQUEST);
  return `${JSON.stringify(known).slice(0, -1)},"otlp":${otlp}}`;
}
