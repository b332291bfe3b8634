import { analyse } from '../../analysis/analyse.js';
import { findingsOf } from '../../analysis/findings/findings.js';
import type { SpanRecord } from '../../analysis/span-record.js';
import { spanIdOfHex } from '../../analysis/trace-columns.js';
import type { MatchesJson } from '../../api/matches-json.js';
import type { SavedTraceJson } from '../../api/saved-trace.js';
import { readOtlpJson } from '../../formats/otlp-json.js';
import { compileQuery } from '../../query/match.js';
import { parseQuery } from '../../query/parse.js';
import { attributeOfSpan, type SearchedTrace } from '../../query/searched-trace.js';
import { allFindings } from './all-findings.js';
import { decodeTrace } from './decode-trace.js';

const searched = new WeakMap<SavedTraceJson, SearchedTrace>();

/**
 * The rows of a saved trace that a query is about, as the server answers for a trace that it has: the file has all
 * attributes, but reading them takes longer than the rest of the search.
 *
 * @returns no rows for a query with an error
 */
export function matchesInFile(saved: SavedTraceJson, text: string): MatchesJson {
  let trace = searched.get(saved);
  if (trace === undefined) {
    trace = searchedTrace(saved);
    searched.set(saved, trace);
  }
  const { query } = parseQuery(text);
  const { spanCount } = trace.columns;
  const rows: number[] = [];
  if (query === undefined) return { rows, spanCount };
  const { matchesRow } = compileQuery(query);
  for (let row = 0; row < spanCount; row++) if (matchesRow(trace, row)) rows.push(row);
  return { rows, spanCount };
}

function searchedTrace({ trace, context, otlp }: SavedTraceJson): SearchedTrace {
  const columns = decodeTrace(trace);
  const analysis = analyse(
    columns,
    trace.nowNanos === undefined ? {} : { nowNanos: trace.nowNanos },
  );
  const { mainRoot, rowCount } = analysis.tree;
  const logged = new Set(trace.logs.map(({ spanId }) => spanIdOfHex(spanId)));
  const spans = new Map<string, SpanRecord>();
  for (const span of readOtlpJson(JSON.stringify(otlp)).spans) {
    spans.set(keyOf(spanIdOfHex(span.spanId), span.kind), span);
  }
  return {
    columns,
    rootRow: mainRoot,
    nowNanos: trace.nowNanos ?? 0,
    run: trace.row.run,
    attributeOf: (row, key) => {
      const span = spans.get(keyOf(columns.spanIds[row] ?? 0n, columns.kinds[row]));
      return span && attributeOfSpan(span, key);
    },
    hasLogs: (row) => logged.has(columns.spanIds[row] ?? 0n),
    findings: () => allFindings(findingsOf(analysis), context, rowCount).map(({ kind }) => kind),
  };
}

/** Client and server may share an id. */
function keyOf(spanId: bigint, kind: number | undefined): string {
  return `${spanId} ${kind ?? 0}`;
}
