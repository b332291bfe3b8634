import { useEffect } from 'preact/hooks';
import type { TraceContextJson } from '../../api/trace-context.js';
import { askForJson } from '../state/server.js';
import type { TraceState } from './trace-state.js';

/** Asks what other traces tell about a trace: when it is there, and again when it is complete. */
export function useTraceContext(traceId: string, state: TraceState): void {
  const arrival = state.row.value?.state;
  useEffect(() => {
    if (arrival === undefined) return;
    let isWanted = true;
    askForJson<TraceContextJson>(`/api/traces/${traceId}/context`).then(
      (context) => {
        if (isWanted) state.context.value = context;
      },
      () => {
        // The trace was dropped, or the viewer has gone: the screen says so, and shows what the trace alone tells.
      },
    );
    return () => {
      isWanted = false;
    };
  }, [traceId, state, arrival]);
}
