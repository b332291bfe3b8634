import { signal } from '@preact/signals';
import type { CountsJson, TracesEventJson } from '../../api/answers.js';
import type { GraphEventJson } from '../../api/graph-json.js';
import { Rate } from './rate.js';
import { savedTrace } from './saved.js';

/** Whether the server tells what changes. `lost`: it cannot be reached; the browser tries again. */
export type LiveState = 'connecting' | 'live' | 'lost';

/** The state of the stream of events. */
export const liveState = signal<LiveState>('connecting');

/** The latest counts of the server; undefined before the first event. */
export const counts = signal<CountsJson | undefined>(undefined);

/** The spans that arrive in a second. */
export const spansPerSecond = signal(0);

/**
 * How often the server could be reached again. It can be another one with other traces by then, so a screen loads
 * its data again when this changes.
 */
export const reconnections = signal(0);

/**
 * A listener for traces that have changed.
 *
 * @param isSnapshot whether too much has changed to tell it: the rows of the event, if it has any, are the newest
 *   traces, and what was known before is to be dropped or loaded again
 */
export type TracesListener = (event: TracesEventJson, isSnapshot: boolean) => void;

/** The revision of the service graph that the server has told of; 0 before the first event. */
export const graphRevision = signal(0);

const REOPEN_MILLIS = 3_000;
const RATE_MILLIS = 1_000;

const listeners = new Set<TracesListener>();
const rate = new Rate();
let source: EventSource | undefined;
let filter = '';
/** The latest revision of the server's traces that was told of. */
let revision: number | undefined;

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

/**
 * Continues the stream from a revision, so that nothing is missed after a list of this revision was loaded.
 *
 * @param parameters of the list, if only the traces are wanted that match them. @default none
 * @param since the revision of the list. @default what was told of
 */
export function continueStream(parameters = '', since = revision): void {
  filter = parameters;
  revision = since;
  source?.close();
  source = undefined;
  openStream();
}

/** Opens the stream, which stays open as long as the page is visible. */
export function openStream(): void {
  const isFile = savedTrace() !== undefined;
  if (source !== undefined || isFile || document.visibilityState === 'hidden') return;
  const parameters = new URLSearchParams(filter);
  if (revision !== undefined) parameters.set('since', String(revision));
  const opened = new EventSource(`/api/stream${parameters.size === 0 ? '' : `?${parameters}`}`);
  source = opened;
  opened.addEventListener('open', () => {
    if (liveState.peek() === 'lost') reconnections.value++;
    liveState.value = 'live';
  });
  opened.addEventListener('error', () => {
    if (source !== opened) return;
    liveState.value = 'lost';
    // A response such as 503 ends the stream for good, so it is opened anew.
    if (opened.readyState !== EventSource.CLOSED) return;
    source = undefined;
    setTimeout(openStream, REOPEN_MILLIS);
  });
  opened.addEventListener('counts', (event) => {
    noteRevision(event);
    const latest = JSON.parse(event.data) as CountsJson;
    counts.value = latest;
    rate.add(latest.spans.received, performance.now());
  });
  opened.addEventListener('graph', ({ data }) => {
    graphRevision.value = (JSON.parse(data) as GraphEventJson).revision;
  });
  const tell = (isSnapshot: boolean) => (event: MessageEvent<string>) => {
    noteRevision(event);
    const traces = JSON.parse(event.data) as TracesEventJson;
    for (const listener of listeners) listener(traces, isSnapshot);
  };
  opened.addEventListener('snapshot', tell(true));
  opened.addEventListener('stale', tell(true));
  opened.addEventListener('traces', tell(false));
}

function noteRevision({ lastEventId }: MessageEvent): void {
  if (lastEventId !== '') revision = Number(lastEventId);
}

// A hidden page would take one of the six connections that visible ones need.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') openStream();
  else {
    source?.close();
    source = undefined;
  }
});

setInterval(() => {
  spansPerSecond.value = rate.perSecond(performance.now());
}, RATE_MILLIS);
