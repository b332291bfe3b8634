import './trace.css';
import { computed, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { findingsOf } from '../../analysis/findings/findings.js';
import type { TraceJson } from '../../api/answers.js';
import type { EventsJson } from '../../api/events-json.js';
import { analysisText } from '../../formats/trace-text.js';
import { announce } from '../parts/announcer.js';
import { copyText } from '../parts/copy-text.js';
import { Link } from '../parts/link.js';
import { markToCompare } from '../state/compare-mark.js';
import { useKeys } from '../state/keys.js';
import { followTraces, reconnections } from '../state/live.js';
import { location, navigate, setParameters } from '../state/location.js';
import { savedTrace } from '../state/saved.js';
import { ask, askForJson, ServerError } from '../state/server.js';
import { DetailsPanel } from './details-panel.js';
import { FindingsView } from './findings-view.js';
import { FlameView } from './flame-view.js';
import { LogsView } from './logs-view.js';
import { Minimap } from './minimap.js';
import { TraceHead } from './trace-head.js';
import { traceKeys } from './trace-keys.js';
import { type LoaderSurroundings, TraceLoader } from './trace-loader.js';
import { TraceState } from './trace-state.js';
import { TraceTools } from './trace-tools.js';
import { useServedMatches } from './use-served-matches.js';
import { useTraceContext } from './use-trace-context.js';
import { Waterfall } from './waterfall.js';

const TEXT_WIDTH = 140;

/** The screen of one trace. */
export function TraceScreen({ traceId }: { readonly traceId: string }) {
  const { state, loader } = useMemo(() => screenOf(traceId), [traceId]);
  const searchField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const unfollow = followTraces((event, isSnapshot) => loader.follow(event, isSnapshot));
    return () => {
      unfollow();
      loader.close();
    };
  }, [loader]);
  // After a break it may be another server, with other traces.
  const { value: connection } = reconnections;
  useEffect(() => void loader.load(), [loader, connection]);
  const { value: correctsClocks } = state.correctsClocks;
  useEffect(() => loader.redraw(), [loader, correctsClocks]);
  useTraceContext(traceId, state);
  // Back and forward change the address, and the cursor follows.
  useSignalEffect(() => {
    if (state.selectedRow.value !== -1) state.followAddress();
  });
  useServedMatches(state, traceId);
  const actions = useMemo(() => actionsOf(traceId, state), [traceId, state]);
  const bindings = useMemo(
    () =>
      traceKeys(state, {
        focusSearch: () => searchField.current?.focus(),
        markForComparison: actions.mark,
        copyLink: () => void copyText(actions.link(), 'the link to this view'),
        copyText: () => void copyText(actions.text(), 'the trace as text'),
        back: () => navigate('/'),
        say: announce,
      }).filter(({ keys }) => savedTrace() === undefined || !keys.some(isOfServer)),
    [state, actions],
  );
  useKeys('Trace', bindings);
  const { value: model } = state.model;
  const { value: loadState } = loader.loadState;
  useEffect(() => {
    const name = state.row.peek()?.name;
    if (name !== undefined) document.title = name;
    return () => {
      document.title = 'Traces';
    };
  }, [model === undefined]);
  if (model === undefined) {
    return (
      <main id="main" class="trace-message">
        {loadState === 'loading' && <p>Loading the trace …</p>}
        {loadState === 'gone' && (
          <p>There is no such trace. It was dropped to make room, or it has not arrived.</p>
        )}
        {loadState === 'failed' && <p class="bad">{loader.problem.value}</p>}
        {loadState !== 'loading' && <Link href="/">Back to the list</Link>}
      </main>
    );
  }
  const view = state.view.value;
  return (
    <main id="main" class="trace">
      <TraceHead state={state} model={model} actions={actions} />
      {loader.isDropped.value && (
        <p class="notice" role="alert">
          The viewer has dropped this trace, to make room or because all were cleared. What is on
          the screen stays until you leave.
        </p>
      )}
      {loader.problem.value !== '' && (
        <p class="notice" role="alert">
          The trace may have changed: {loader.problem.value}
        </p>
      )}
      <TraceTools state={state} searchField={searchField} />
      <div class="trace-body">
        {view === 'waterfall' && (
          <div class="trace-view">
            <Minimap state={state} />
            <Waterfall state={state} />
            <Legend />
          </div>
        )}
        {view === 'flame' && <FlameView state={state} model={model} />}
        {view === 'findings' && <FindingsView state={state} model={model} />}
        {view === 'logs' && <LogsView state={state} model={model} />}
        {state.selectedRow.value !== -1 && (
          <DetailsPanel
            state={state}
            model={model}
            row={state.selectedRow.value}
            isDropped={loader.isDropped.value}
          />
        )}
      </div>
    </main>
  );
}

/** A file has no other trace to compare with, and no address that somebody else could open. */
function isOfServer(key: string): boolean {
  return key === 'x' || key === 'y';
}

function Legend() {
  return (
    <p class="legend" aria-hidden="true">
      <span>
        <i class="sample sample-own" /> on the critical path
      </span>
      <span>
        <i class="sample sample-waits" /> waits for a child
      </span>
      <span>
        <i class="sample sample-beside" /> beside the path
      </span>
      <span>
        <i class="sample sample-running" /> running
      </span>
      <span>
        <i class="sample sample-mark" /> log or event
      </span>
      <span class="bad">✗ failed</span>
    </p>
  );
}

function screenOf(traceId: string) {
  const state = new TraceState({
    search: computed(() => location.value.search),
    set: setParameters,
  });
  const surroundings: LoaderSurroundings = {
    fetchTrace: () => fetchTrace(traceId),
    fetchEvents: () => askForJson<EventsJson>(`/api/traces/${traceId}/events`),
    nowMillis: () => Date.now(),
    later: (run, millis) => {
      const timer = setTimeout(run, millis);
      return () => clearTimeout(timer);
    },
    whenIdle: (run) => {
      // After the next picture; Safari has no requestIdleCallback.
      let timer: ReturnType<typeof setTimeout> | undefined;
      const frame = requestAnimationFrame(() => {
        timer = setTimeout(run, 0);
      });
      return () => {
        cancelAnimationFrame(frame);
        clearTimeout(timer);
      };
    },
  };
  return { state, loader: new TraceLoader(traceId, state, surroundings) };
}

async function fetchTrace(traceId: string): Promise<TraceJson | undefined> {
  try {
    return await askForJson<TraceJson>(`/api/traces/${traceId}`);
  } catch (error) {
    if (error instanceof ServerError && error.status === 404) return undefined;
    if (error instanceof TypeError) throw new Error('The viewer does not answer.');
    throw error;
  }
}

function actionsOf(traceId: string, state: TraceState) {
  return {
    mark: () => {
      const address = markToCompare(traceId);
      if (address === undefined) announce('Marked to compare');
      else navigate(address);
    },
    star: () => {
      const row = state.row.peek();
      if (row === undefined) return;
      const isStarred = !row.isStarred;
      state.row.value = { ...row, isStarred };
      ask(`/api/traces/${traceId}/star`, { method: isStarred ? 'PUT' : 'DELETE' }).catch(() => {
        state.row.value = row;
        announce('The viewer does not answer');
      });
    },
    link: () => window.location.href,
    text: () => {
      const analysis = state.model.peek()?.analysis;
      if (analysis === undefined) return '';
      return analysisText(analysis, {
        width: TEXT_WIDTH,
        findings: () => state.findings.peek() ?? findingsOf(analysis),
      }).join('\n');
    },
  };
}
