import './graph.css';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { counted } from '../../analysis/durations.js';
import type { GraphJson } from '../../api/graph-json.js';
import { timeOfDay } from '../parts/time-of-day.js';
import { type KeyBinding, useKeys } from '../state/keys.js';
import { location, navigate, setParameters } from '../state/location.js';
import { GraphDetails } from './graph-details.js';
import { linksOfEdge, linksOfNode } from './graph-links.js';
import { GraphPicture } from './graph-picture.js';
import {
  type Direction,
  type DrawnGraph,
  drawGraph,
  edgeId,
  nodeTowards,
  RANGES,
  rangeOf,
} from './graph-state.js';
import { GraphTable } from './graph-table-view.js';
import { useGraph } from './use-graph.js';

/** The services and what they call, in the last minutes. */
export function GraphScreen() {
  const { graph, problem, isPaused } = useGraph();
  const { search } = location.value;
  const isTable = search.get('view') === 'table';
  const picked = search.get('pick') ?? undefined;
  const current = graph.value;
  const last = useRef<DrawnGraph | undefined>(undefined);
  const drawn = useMemo(
    () => (current === undefined ? undefined : drawGraph(current, last.current)),
    [current],
  );
  last.current = drawn ?? last.current;
  const labelOf = useMemo(() => labelsOf(current), [current]);
  const latest = useRef({ current, labelOf });
  latest.current = { current, labelOf };
  const bindings = useMemo(() => {
    const pause = (): void => {
      isPaused.value = !isPaused.peek();
    };
    const openTraces = (): void => {
      const { current, labelOf } = latest.current;
      const address = current && tracesOf(current, pickedNow(), labelOf);
      if (address !== undefined) navigate(address);
    };
    const move = (direction: Direction): void => {
      if (last.current !== undefined) pickNext(last.current, direction);
    };
    return bindingsOf(pause, openTraces, move);
  }, [isPaused]);
  useKeys('Graph of services', bindings);
  useEffect(() => {
    document.title = 'Graph of services';
  }, []);
  return (
    <main id="main" class="graph">
      <h1 class="unseen">Graph of services</h1>
      <GraphTools isPaused={isPaused.value} pause={() => (isPaused.value = !isPaused.value)} />
      {problem.value !== '' && (
        <p class="problem" role="alert">
          The graph cannot be read: {problem.value}
        </p>
      )}
      {current === undefined && problem.value === '' && <p class="hint">Reading the graph …</p>}
      {current !== undefined && current.edges.length === 0 && <Empty graph={current} />}
      {current !== undefined && drawn !== undefined && current.edges.length > 0 && (
        <>
          <Notes graph={current} drawn={drawn} isTable={isTable} />
          <div class="graph-view">
            {isTable ? (
              <GraphTable graph={current} picked={picked} labelOf={labelOf} pick={pick} />
            ) : (
              <GraphPicture drawn={drawn} picked={picked} labelOf={labelOf} pick={pick} />
            )}
          </div>
        </>
      )}
      {current !== undefined && picked !== undefined && (
        <GraphDetails graph={current} picked={picked} labelOf={labelOf} close={unpick} />
      )}
    </main>
  );
}

function GraphTools({
  isPaused,
  pause,
}: {
  readonly isPaused: boolean;
  readonly pause: () => void;
}) {
  const { search } = location.value;
  const isTable = search.get('view') === 'table';
  const range = rangeOf(search);
  return (
    <div class="graph-tools">
      <fieldset>
        <legend class="unseen">Time</legend>
        {RANGES.map((minutes) => (
          <button
            key={minutes}
            type="button"
            aria-pressed={minutes === range}
            onClick={() => setRange(minutes)}
          >
            {minutes === 60 ? '1 h' : `${minutes} min`}
          </button>
        ))}
      </fieldset>
      <button type="button" aria-pressed={isTable} onClick={toggleTable}>
        table
      </button>
      <button type="button" aria-pressed={isPaused} onClick={pause}>
        {isPaused ? 'paused' : 'pause'}
      </button>
    </div>
  );
}

function Notes({
  graph,
  drawn,
  isTable,
}: {
  readonly graph: GraphJson;
  readonly drawn: DrawnGraph;
  readonly isTable: boolean;
}) {
  const notes = [
    isPast(graph) && `calls up to ${timeOf(graph.toMillis)}, the latest that have come`,
    !isTable && drawn.omittedCount > 0 && `${drawn.omittedCount} further nodes are in the table`,
    graph.omittedCallCount > 0 &&
      `${graph.omittedCallCount.toLocaleString('en')} calls are left out: they are between too many different nodes`,
    graph.omittedTraceCount > 0 &&
      `${counted(graph.omittedTraceCount, 'trace')} not counted: more came than there was time for`,
  ].filter((note) => note !== false);
  return notes.length === 0 ? null : <p class="hint">{notes.join(' · ')}</p>;
}

function Empty({ graph }: { readonly graph: GraphJson }) {
  const { latestMillis, minutes } = graph;
  if (latestMillis === undefined) {
    return (
      <p class="hint">
        No calls yet. A trace is counted two seconds after its last span; send a request to one of
        your services.
      </p>
    );
  }
  const longer = RANGES.find((range) => range > minutes && latestMillis > agoOf(graph, range));
  return (
    <p class="hint">
      No calls in the last {minutes === 1 ? 'minute' : `${minutes} minutes`}; the latest was at{' '}
      {timeOf(latestMillis)}.{' '}
      {longer !== undefined && (
        <button type="button" onClick={() => setRange(longer)}>
          show the last {longer} minutes
        </button>
      )}
    </p>
  );
}

function agoOf({ toMillis }: GraphJson, minutes: number): number {
  return toMillis - minutes * 60_000;
}

/** The graph of files ends with their latest call, not now. */
function isPast({ toMillis }: GraphJson): boolean {
  return Date.now() - toMillis > 60_000;
}

function timeOf(millis: number): string {
  return timeOfDay(BigInt(millis) * 1_000_000n).slice(0, 'hh:mm:ss'.length);
}

function labelsOf(graph: GraphJson | undefined): (nodeId: string) => string {
  const labels = new Map(graph?.nodes.map(({ id, label }) => [id, label]));
  return (id) => labels.get(id) ?? id;
}

function tracesOf(
  graph: GraphJson,
  picked: string | undefined,
  labelOf: (nodeId: string) => string,
): string | undefined {
  const node = graph.nodes.find(({ id }) => id === picked);
  if (node !== undefined) return linksOfNode(node, graph, labelOf).all;
  const edge = graph.edges.find((each) => edgeId(each) === picked);
  return edge === undefined ? undefined : linksOfEdge(edge, labelOf).all;
}

function pickedNow(): string | undefined {
  return location.peek().search.get('pick') ?? undefined;
}

function pick(id: string): void {
  setParameters({ pick: id === pickedNow() ? undefined : id }, { replace: true });
}

function unpick(): void {
  setParameters({ pick: undefined }, { replace: true });
}

function setRange(minutes: number): void {
  setParameters({ minutes: String(minutes) }, { replace: true });
}

function toggleTable(): void {
  const isTable = location.peek().search.get('view') === 'table';
  setParameters({ view: isTable ? undefined : 'table' });
}

function pickNext({ layout }: DrawnGraph, direction: Direction): void {
  const next = nodeTowards(layout, pickedNow(), direction);
  if (next === undefined) return;
  setParameters({ pick: next }, { replace: true });
  const element = document.querySelector<SVGElement>(`[data-pick="${CSS.escape(next)}"]`);
  element?.focus();
}

function bindingsOf(
  pause: () => void,
  openTraces: () => void,
  move: (direction: Direction) => void,
): readonly KeyBinding[] {
  const direction = (key: string, to: Direction): KeyBinding => ({
    keys: [key],
    label: `The next node: ${to}`,
    run: () => move(to),
  });
  return [
    direction('ArrowLeft', 'left'),
    direction('ArrowRight', 'right'),
    direction('ArrowUp', 'up'),
    direction('ArrowDown', 'down'),
    { keys: ['o'], label: 'Traces of the selection', run: openTraces },
    ...RANGES.map((minutes, i) => ({
      keys: [String(i + 1)],
      label: minutes === 1 ? 'The last minute' : `The last ${minutes} minutes`,
      run: () => setRange(minutes),
    })),
    { keys: ['t'], label: 'Table or picture', run: toggleTable },
    { keys: [' '], label: 'Pause', run: pause },
    { keys: ['Escape'], label: 'Select nothing', run: unpick },
  ];
}
