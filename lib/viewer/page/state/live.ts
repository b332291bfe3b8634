import { signal } from '@preact/signals';
import type { CountsJson, TracesEventJson } from '../../api/answers.js';

/** Whether the server tells what changes. `lost`: it cannot be reached; the browser tries again. */
export type LiveState = 'connecting' | 'live' | 'lost';

/** The state of the stream of events. */
export const liveState = signal<LiveState>('connecting');

/** The latest counts of the server; undefined before the first event. */
export const counts = signal<CountsJson | undefined>(undefined);

/** A listener for traces that have changed. */
export type TracesListener = (event: TracesEventJson, isSnapshot: boolean) => void;

const listeners = new Set<TracesListener>();
let source: EventSource | undefined;

/**
 * Calls a listener for each event of traces. The page has one stream for all screens, because browsers allow six
 * connections to a host.
 *
 * @returns ends it
 */
export function followTraces(listener: TracesListener): () => void {
  listeners.add(listener);
  openStream();
  return () => listeners.delete(listener);
}

/** Opens the stream, which stays open as long as the page is. */
export function openStream(): void {
  if (source !== undefined) return;
  source = new EventSource('/api/stream');
  source.addEventListener('open', () => {
    liveState.value = 'live';
  });
  source.addEventListener('error', () => {
    liveState.value = 'lost';
    // A response such as 503 ends the stream for good, so it is opened anew.
    if (source?.readyState !== EventSource.CLOSED) return;
    source = undefined;
    setTimeout(openStream, REOPEN_MILLIS);
  });
  source.addEventListener('counts', ({ data }) => {
    counts.value = JSON.parse(data) as CountsJson;
  });
  const tell = (isSnapshot: boolean) => (event: MessageEvent<string>) => {
    const traces = JSON.parse(event.data) as TracesEventJson;
    for (const listener of listeners) listener(traces, isSnapshot);
  };
  source.addEventListener('snapshot', tell(true));
  source.addEventListener('traces', tell(false));
}

const REOPEN_MILLIS = 3_000;
