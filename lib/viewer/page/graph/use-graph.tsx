import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { GraphJson } from '../../api/graph-json.js';
import { graphRevision, liveState } from '../state/live.js';
import { location } from '../state/location.js';
import { askForJson } from '../state/server.js';
import { rangeOf } from './graph-state.js';
import { Refresher } from './refresher.js';

/** The graph of the time in the address moves on without new calls too. */
const REFRESH_MILLIS = 5_000;

/** The graph of the chosen time, kept up to date until it is paused. */
export function useGraph() {
  const graph = useSignal<GraphJson | undefined>(undefined);
  const problem = useSignal('');
  const isPaused = useSignal(false);
  const minutes = useComputed(() => rangeOf(location.value.search));
  const refresher = useRef<Refresher | undefined>(undefined);
  refresher.current ??= new Refresher(async () => {
    try {
      const wanted = minutes.peek();
      const answer = await askForJson<GraphJson>(`/api/graph?minutes=${wanted}`);
      if (wanted !== minutes.peek()) return;
      graph.value = answer;
      problem.value = '';
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  });
  useSignalEffect(() => {
    // Another time is shown even while the graph is paused.
    minutes.value;
    void refresher.current?.refresh();
  });
  useSignalEffect(() => {
    const { value: revision } = graphRevision;
    const isCurrent = revision === graph.peek()?.revision;
    if (isPaused.value || liveState.value === 'lost' || isCurrent) return;
    void refresher.current?.refresh();
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (!isPaused.peek() && !document.hidden) void refresher.current?.refresh();
    }, REFRESH_MILLIS);
    return () => {
      clearInterval(timer);
      refresher.current?.close();
    };
  }, [isPaused]);
  return { graph, problem, isPaused };
}
