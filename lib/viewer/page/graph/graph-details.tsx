import type { DurationSummary } from '../../analysis/call-counts.js';
import type { GraphEdgeJson, GraphJson, GraphNodeJson } from '../../api/graph-json.js';
import { Link } from '../parts/link.js';
import { linksOfEdge, linksOfNode, type TraceLinks } from './graph-links.js';
import { edgeId } from './graph-state.js';
import { countsText, durationText, rateText } from './graph-texts.js';

interface DetailsProperties {
  readonly graph: GraphJson;
  readonly picked: string;
  readonly labelOf: (nodeId: string) => string;
  readonly close: () => void;
}

/** What is known of the selected node or edge, with links to its traces. */
export function GraphDetails({ graph, picked, labelOf, close }: DetailsProperties) {
  const node = graph.nodes.find(({ id }) => id === picked);
  const edge = graph.edges.find((each) => edgeId(each) === picked);
  return (
    <section class="graph-details" aria-label="Selected">
      {node !== undefined && <NodeDetails node={node} graph={graph} labelOf={labelOf} />}
      {edge !== undefined && <EdgeDetails edge={edge} labelOf={labelOf} />}
      {node === undefined && edge === undefined && (
        <p>There were no calls of the selection in this time. Choose a longer one.</p>
      )}
      <button type="button" class="close" aria-label="Close the details" onClick={close}>
        ×
      </button>
    </section>
  );
}

function EdgeDetails({
  edge,
  labelOf,
}: Pick<DetailsProperties, 'labelOf'> & { readonly edge: GraphEdgeJson }) {
  const { client, server, between, isMessage } = edge;
  return (
    <>
      <h2>
        {labelOf(edge.from)} → {labelOf(edge.to)}
      </h2>
      <p>
        {rateText(edge.rate)} · {countsText(edge, isMessage ? 'message' : 'call')}
      </p>
      <dl>
        <Durations title={isMessage ? 'sending' : 'client'} of={client} />
        <Durations title={isMessage ? 'processing' : 'server'} of={server} />
        <Durations title={isMessage ? 'in the queue' : 'between them'} of={between} />
      </dl>
      <TraceLinkList links={linksOfEdge(edge, labelOf)} />
    </>
  );
}

function NodeDetails({
  node,
  graph,
  labelOf,
}: Pick<DetailsProperties, 'graph' | 'labelOf'> & { readonly node: GraphNodeJson }) {
  const callers = graph.edges.filter(({ to }) => to === node.id);
  const called = graph.edges.filter(({ from }) => from === node.id);
  const names = (edges: readonly GraphEdgeJson[], end: 'from' | 'to'): string =>
    [...new Set(edges.map((edge) => labelOf(edge[end])))].join(', ');
  return (
    <>
      <h2>{node.type === 'caller' ? 'Callers outside of the traces' : node.label}</h2>
      {node.callCount > 0 && (
        <p>
          {rateText(node.rate)} · {countsText(node, 'call')}
        </p>
      )}
      <dl>
        <Durations title="callers saw" of={node.client} />
        <Durations title="it took" of={node.server} />
      </dl>
      <p class="around">
        {callers.length > 0 && `called by ${names(callers, 'from')}`}
        {callers.length > 0 && called.length > 0 && ' · '}
        {called.length > 0 && `calls ${names(called, 'to')}`}
      </p>
      <TraceLinkList links={linksOfNode(node, graph, labelOf)} />
    </>
  );
}

function Durations({ title, of }: { readonly title: string; readonly of: DurationSummary }) {
  if (of.count === 0) return null;
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        p50 {durationText(of.p50)} · <b>p95 {durationText(of.p95)}</b> · max {durationText(of.max)}
      </dd>
    </div>
  );
}

function TraceLinkList({ links }: { readonly links: TraceLinks }) {
  return (
    <p class="links">
      <Link href={links.all}>show its traces</Link>
      <Link href={links.slowest}>slowest</Link>
      {links.failed !== undefined && <Link href={links.failed}>last failed</Link>}
    </p>
  );
}
