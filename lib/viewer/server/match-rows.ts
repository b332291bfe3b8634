import { setImmediate } from 'node:timers/promises';
import type { MatchesJson } from '../api/matches-json.js';
import { compileQuery } from '../query/match.js';
import { parseQuery } from '../query/parse.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';
import type { Answers } from './answers.js';
import type { RoutedRequest } from './routes.js';
import { searchedTrace } from './search-traces.js';

/** The event loop turns after this time, so that spans are received while a search runs. */
const SLICE_MILLIS = 20;
const ROWS_BETWEEN_LOOKS = 100;

/**
 * Answers with the rows of a trace that the query `q` is about. The page has no attributes but the facts, so it
 * asks for the rows if a query needs others.
 */
export async function answerMatches(
  { response, search }: RoutedRequest,
  entry: TraceEntry,
  { store, answers }: { readonly store: TraceStore; readonly answers: Answers },
): Promise<void> {
  const parsed = parseQuery(search.get('q') ?? '');
  if (parsed.error !== undefined) {
    answers.json(response, 400, { error: parsed.error });
    return;
  }
  const { matchesRow } = compileQuery(parsed.query);
  const trace = searchedTrace(entry, store);
  const { spanCount } = trace.columns;
  const rows: number[] = [];
  let sliceEnd = performance.now() + SLICE_MILLIS;
  for (let row = 0; row < spanCount; row++) {
    if (matchesRow(trace, row)) rows.push(row);
    if (row % ROWS_BETWEEN_LOOKS !== 0 || performance.now() < sliceEnd) continue;
    await setImmediate();
    if (response.destroyed) return;
    // Its bytes are gone if it was dropped while the event loop turned.
    if (store.get(entry.id) !== entry) break;
    sliceEnd = performance.now() + SLICE_MILLIS;
  }
  const answer: MatchesJson = { rows, spanCount };
  answers.json(response, 200, answer);
}
