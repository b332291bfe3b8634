import { useSignalEffect } from '@preact/signals';
import type { MatchesJson } from '../../api/matches-json.js';
import { askForJson } from '../state/server.js';
import { needsServer } from './row-search.js';
import type { TraceState } from './trace-state.js';

/** Who writes a query is not interested in the matches of its beginning. */
const WAIT_MILLIS = 200;

/** Asks the server for the matches of queries that the page cannot answer. */
export function useServedMatches(state: TraceState, traceId: string): void {
  useSignalEffect(() => {
    const { value: query } = state.query;
    // Spans that have come meanwhile may match.
    const spanCount = state.model.value?.trace.spanCount;
    if (spanCount === undefined || !needsServer(query)) return undefined;
    let isWanted = true;
    const timer = setTimeout(() => {
      const path = `/api/traces/${traceId}/matches?${new URLSearchParams({ q: query })}`;
      askForJson<MatchesJson>(path).then(
        ({ rows }) => {
          if (isWanted) state.served.value = { query, rows };
        },
        // The trace was dropped; what the page knows is still found.
        () => {},
      );
    }, WAIT_MILLIS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  });
}
