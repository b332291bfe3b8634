import type { GraphEdgeJson, GraphJson, GraphNodeJson } from '../../api/graph-json.js';

/** The parts of the graph whose traces can be listed. */
export interface TraceLinks {
  /** All traces, the newest first. */
  readonly all: string;
  /** The slowest first. */
  readonly slowest: string;
  /** Those in which such a call failed, the newest first; undefined if none failed. */
  readonly failed: string | undefined;
}

/** A query of more edges would be too long for a field. */
const MAX_EDGES = 8;

/** The lists of the traces with a call. */
export function linksOfEdge(edge: GraphEdgeJson, labelOf: (nodeId: string) => string): TraceLinks {
  return linksOf([edge], labelOf);
}

/** The lists of the traces with calls to a node; from it, if nothing calls it. */
export function linksOfNode(
  { id }: GraphNodeJson,
  { edges }: GraphJson,
  labelOf: (nodeId: string) => string,
): TraceLinks {
  const incoming = edges.filter(({ to }) => to === id);
  const around = incoming.length > 0 ? incoming : edges.filter(({ from }) => from === id);
  const busiest = around.toSorted((a, b) => b.callCount - a.callCount).slice(0, MAX_EDGES);
  return linksOf(busiest, labelOf);
}

function linksOf(edges: readonly GraphEdgeJson[], labelOf: (nodeId: string) => string): TraceLinks {
  const queryOf = (field: string, some: readonly GraphEdgeJson[]): string => {
    const terms = some.map(
      ({ from, to }) => `${field}=${quoted(`${labelOf(from)}->${labelOf(to)}`)}`,
    );
    // A call and a message between the same nodes are the same to the search.
    return [...new Set(terms)].join(' OR ');
  };
  const all = queryOf('edge', edges);
  const failing = edges.filter(({ failedCount }) => failedCount > 0);
  return {
    all: listOf({ q: all }),
    slowest: listOf({ q: all, sort: 'duration' }),
    failed: failing.length === 0 ? undefined : listOf({ q: queryOf('edge.failed', failing) }),
  };
}

function quoted(text: string): string {
  return /^[\w./:>-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function listOf(parameters: Readonly<Record<string, string>>): string {
  return `/?${new URLSearchParams(parameters)}`;
}
