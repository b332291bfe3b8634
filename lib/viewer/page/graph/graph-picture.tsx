import '../parts/service-colors.css';
import type { GraphEdgeJson, GraphNodeJson } from '../../api/graph-json.js';
import { serviceColorOf } from '../parts/service-color.js';
import { type DrawnGraph, edgeId, sizeOf } from './graph-state.js';
import {
  durationText,
  edgeLabel,
  edgeName,
  failedText,
  mainDurations,
  rateText,
  shortLabel,
} from './graph-texts.js';
import { sparklinePath } from './sparkline.js';

const SPARK_WIDTH = 60;
const SPARK_HEIGHT = 20;
const PADDING = 9;
/** Busier edges are thicker: from one pixel to this, by the logarithm of their rate. */
const MAX_STROKE = 4;

interface PictureProperties {
  readonly drawn: DrawnGraph;
  /** The id of the node or edge that is selected. */
  readonly picked: string | undefined;
  readonly labelOf: (nodeId: string) => string;
  readonly pick: (id: string) => void;
}

/** The graph as a picture. Each node and edge is a button; the name of a node is its text. */
export function GraphPicture({ drawn, picked, labelOf, pick }: PictureProperties) {
  const { layout, nodes, edges } = drawn;
  const neighbours = neighboursOf(edges, picked);
  const most = Math.max(0, ...edges.map(({ rate }) => rate));
  return (
    <svg
      class="graph-picture"
      width={layout.width}
      height={layout.height}
      role="group"
      aria-label="Service graph"
    >
      {edges.map((edge) => {
        const id = edgeId(edge);
        return (
          <Edge
            key={id}
            edge={edge}
            drawn={drawn}
            name={edgeName(edge, labelOf(edge.from), labelOf(edge.to))}
            stroke={
              1 + (MAX_STROKE - 1) * (most === 0 ? 0 : Math.log1p(edge.rate) / Math.log1p(most))
            }
            isPicked={id === picked}
            isDim={neighbours !== undefined && !neighbours.has(id)}
            pick={pick}
          />
        );
      })}
      {nodes.map((node) => (
        <Node
          key={node.id}
          node={node}
          drawn={drawn}
          isPicked={node.id === picked}
          isDim={neighbours !== undefined && !neighbours.has(node.id)}
          pick={pick}
        />
      ))}
    </svg>
  );
}

interface PartProperties {
  readonly drawn: DrawnGraph;
  readonly isPicked: boolean;
  readonly isDim: boolean;
  readonly pick: (id: string) => void;
}

function Edge({
  edge,
  drawn,
  name,
  stroke,
  isPicked,
  isDim,
  pick,
}: PartProperties & {
  readonly edge: GraphEdgeJson;
  readonly name: string;
  readonly stroke: number;
}) {
  const id = edgeId(edge);
  const route = drawn.layout.edges.get(id);
  if (route === undefined) return null;
  const isBad = edge.failedCount > 0;
  const classes = ['graph-edge', isBad && 'bad', edge.isMessage && 'message'];
  return (
    <g
      class={classNames(...classes, isPicked && 'picked', isDim && 'dim')}
      role="button"
      tabindex={0}
      aria-label={name}
      aria-pressed={isPicked}
      data-pick={id}
      onClick={() => pick(id)}
      onKeyDown={(event) => pressWith(event, () => pick(id))}
    >
      <path class="reach" d={route.path} />
      <path class="line" d={route.path} stroke-width={isPicked ? stroke + 1 : stroke} />
      <path class="arrow" d={route.arrow} />
      <text x={route.label.x} y={route.label.y}>
        {edgeLabel(edge)}
      </text>
    </g>
  );
}

function Node({
  node,
  drawn,
  isPicked,
  isDim,
  pick,
}: PartProperties & { readonly node: GraphNodeJson }) {
  const place = drawn.layout.nodes.get(node.id);
  if (place === undefined) return null;
  const { width, height } = sizeOf(node.type);
  const failed = failedText(node);
  return (
    <g
      class={classNames('graph-node', node.type, isPicked && 'picked', isDim && 'dim')}
      transform={`translate(${place.x - width / 2} ${place.y - height / 2})`}
      role="button"
      tabindex={0}
      aria-pressed={isPicked}
      data-pick={node.id}
      onClick={() => pick(node.id)}
      onKeyDown={(event) => pressWith(event, () => pick(node.id))}
    >
      <rect width={width} height={height} rx={node.type === 'service' ? 4 : height / 4} />
      {node.type === 'caller' ? (
        <text class="title" x={width / 2} y={height / 2} text-anchor="middle">
          callers
        </text>
      ) : (
        <>
          {node.type === 'service' && (
            <rect
              class="color"
              width={4}
              height={height}
              rx={2}
              style={{ fill: `var(--service-${serviceColorOf(node.label)})` }}
            />
          )}
          <text class="title" x={PADDING} y={15}>
            {ICONS[node.type]}
            {shortLabel(node.label)}
            {node.label !== shortLabel(node.label) && <title>{node.label}</title>}{' '}
          </text>
          {node.callCount > 0 ? (
            <>
              <text x={PADDING} y={33}>
                {rateText(node.rate)}
                {failed !== '' && <tspan class="bad">{` ${failed} ✗`}</tspan>}{' '}
              </text>
              <text class="dim-text" x={PADDING} y={50}>
                p95 {durationText(mainDurations(node).p95)}
              </text>
            </>
          ) : (
            <text class="dim-text" x={PADDING} y={40}>
              receives no calls
            </text>
          )}
          <path
            class="spark"
            transform={`translate(${width - SPARK_WIDTH - PADDING} ${height - SPARK_HEIGHT - 8})`}
            d={sparklinePath(node.calls, SPARK_WIDTH, SPARK_HEIGHT)}
          />
        </>
      )}
    </g>
  );
}

const ICONS: Readonly<Record<GraphNodeJson['type'], string>> = {
  service: '',
  caller: '',
  database: '⛁ ',
  messaging: '✉ ',
  peer: '⇢ ',
};

/** What is next to the selected node or edge; undefined without one, or if it is not drawn. */
function neighboursOf(
  edges: readonly GraphEdgeJson[],
  picked: string | undefined,
): ReadonlySet<string> | undefined {
  if (picked === undefined) return undefined;
  const near = new Set<string>();
  for (const edge of edges) {
    const id = edgeId(edge);
    if (![id, edge.from, edge.to].includes(picked)) continue;
    for (const each of [id, edge.from, edge.to]) near.add(each);
  }
  return near.size === 0 ? undefined : near;
}

function pressWith(event: KeyboardEvent, press: () => void): void {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  event.stopPropagation();
  press();
}

function classNames(...names: readonly (string | false)[]): string {
  return names.filter((name) => name !== false).join(' ');
}
