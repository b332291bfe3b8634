import { compileQuery } from '../query/match.js';
import { parseQuery } from '../query/parse.js';
import type { QueryError } from '../query/tokens.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';
import { searchedTrace } from './search-traces.js';
import { TraceContexts } from './trace-contexts.js';

const NANOS_PER_MILLI = 1e6;

/** Which traces a list shows. */
export interface ListFilter {
  /** Equal for filters that let the same traces pass; empty if all pass. */
  readonly key: string;
  matches(entry: TraceEntry, store: TraceStore): boolean;
}

/** What is wrong with the parameters of a list. */
export type FilterProblem = { readonly problem: string } | { readonly queryError: QueryError };

/**
 * Reads the filter of a list from its parameters: `q`, a query; `from` and `to`, epoch milliseconds between
 * which a trace starts.
 */
export function readListFilter(search: URLSearchParams): ListFilter | FilterProblem {
  const text = search.get('q') ?? '';
  const from = search.get('from');
  const to = search.get('to');
  for (const [name, value] of Object.entries({ from, to })) {
    if (value !== null && !/^\d{1,16}(\.\d+)?$/.test(value)) {
      return { problem: `${name} must be milliseconds since 1970.` };
    }
  }
  const parsed = parseQuery(text);
  if (parsed.error !== undefined) return { queryError: parsed.error };
  const query = compileQuery(parsed.query);
  const isEveryTrace = text.trim() === '';
  const startsFrom = from === null ? -Infinity : Number(from);
  const startsBefore = to === null ? Infinity : Number(to);
  // What it reads about other traces is used for the next ones too.
  let contexts: TraceContexts | undefined;
  const hasTimes = startsFrom !== -Infinity || startsBefore !== Infinity;
  return {
    key: isEveryTrace && !hasTimes ? '' : JSON.stringify([text.trim(), startsFrom, startsBefore]),
    matches: (entry, store) => {
      if (hasTimes) {
        const startMillis = (Number(entry.base) + entry.outline().start) / NANOS_PER_MILLI;
        if (!(startMillis >= startsFrom && startMillis < startsBefore)) return false;
      }
      if (isEveryTrace) return true;
      contexts ??= new TraceContexts(store);
      return query.matches(searchedTrace(entry, store, contexts));
    },
  };
}
