/** The answer of `GET /api/traces/:id/matches`: the spans of a trace that a query is about. */
export interface MatchesJson {
  /** The rows of the columns of the trace, ascending. */
  readonly rows: readonly number[];
  /** The number of rows that were looked at: spans that came later are not among them. */
  readonly spanCount: number;
}
