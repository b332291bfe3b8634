import { FACT_KEYS } from '../../analysis/facts.js';
import { compileQuery } from '../../query/match.js';
import { parseQuery, type QueryNode } from '../../query/parse.js';
import type { QueryError } from '../../query/tokens.js';
import type { TraceModel } from './trace-model.js';

/** The spans of a trace that a query is about. */
export interface RowMatches {
  /** By row: 1 for a span that matches. */
  readonly rows: Uint8Array;
  readonly count: number;
}

/** What the search inside of a trace has found. All is undefined without a query. */
export interface RowSearch {
  readonly matches?: RowMatches;
  /** What is wrong with the query, and at which column. */
  readonly error?: QueryError;
}

/** What the search asks beside the columns. */
export interface SearchSources {
  /** The rows of spans with log records. */
  readonly rowsWithLogs: ReadonlySet<number>;
  /** The kinds of the findings of the trace. */
  readonly findings: () => readonly string[];
}

/** Searches the spans of a trace, in the language of the list. */
export function searchRows(
  { trace, analysis, whole }: TraceModel,
  text: string,
  { rowsWithLogs, findings }: SearchSources,
): RowSearch {
  if (text.trim() === '') return {};
  const { query, error } = parseQuery(text);
  if (query === undefined) return { error };
  const compiled = compileQuery(query);
  const searched = {
    columns: trace,
    rootRow: analysis.tree.mainRoot,
    nowNanos: whole.to,
    hasLogs: (row: number) => rowsWithLogs.has(row),
    findings,
  };
  return { matches: matchesWhere(trace.spanCount, (row) => compiled.matchesRow(searched, row)) };
}

/**
 * Whether the page cannot answer a query: of attributes it has only those that are facts. The server has all.
 *
 * @returns false for a query with an error, too
 */
export function needsServer(text: string): boolean {
  const { query } = parseQuery(text);
  return query !== undefined && hasOtherAttribute(query);
}

function hasOtherAttribute(node: QueryNode): boolean {
  switch (node.type) {
    case 'and':
    case 'or':
      return node.nodes.some(hasOtherAttribute);
    case 'not':
    case 'scope':
      return hasOtherAttribute(node.node);
    case 'term':
      return node.field === undefined && !FACT_KEYS.has(node.key);
    default:
      return false;
  }
}

/** The rows of a list as matches. */
export function matchesOfRows(rowCount: number, rows: readonly number[]): RowMatches {
  const marks = new Uint8Array(rowCount);
  for (const row of rows) marks[row] = 1;
  return { rows: marks, count: rows.length };
}

/** The same matches in a trace that has more rows by now. */
export function grownMatches({ rows, count }: RowMatches, rowCount: number): RowMatches {
  if (rows.length >= rowCount) return { rows, count };
  const longer = new Uint8Array(rowCount);
  longer.set(rows);
  return { rows: longer, count };
}

function matchesWhere(rowCount: number, test: (row: number) => boolean): RowMatches {
  const rows = new Uint8Array(rowCount);
  let count = 0;
  for (let row = 0; row < rowCount; row++) {
    if (!test(row)) continue;
    rows[row] = 1;
    count++;
  }
  return { rows, count };
}
