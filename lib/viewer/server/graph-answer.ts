import { BUCKET_SECONDS } from '../analysis/service-graph.js';
import type { GraphJson } from '../api/graph-json.js';
import type { LiveGraph } from '../store/live-graph.js';

/** The longest time that can be asked for, in minutes: what the graph keeps. */
export const MAX_MINUTES = 60;
/** The most columns of a node's chart. */
const MAX_COLUMNS = 60;
const BUCKET_MILLIS = BUCKET_SECONDS * 1_000;

/** The graph of the last minutes, for the page. */
export function graphToJson(graph: LiveGraph, minutes: number): GraphJson {
  const { nodes, edges, fromBucket, toBucket } = graph.read(minutes);
  const columnBuckets = Math.ceil((toBucket - fromBucket + 1) / MAX_COLUMNS);
  const { latestMillis } = graph;
  return {
    nodes: nodes.map(({ node, callsByBucket, ...counts }) => ({
      ...node,
      ...counts,
      calls: sumsOf(callsByBucket, columnBuckets),
    })),
    edges: edges.map(({ from, to, ...edge }) => ({ ...edge, from: from.id, to: to.id })),
    minutes,
    fromMillis: fromBucket * BUCKET_MILLIS,
    toMillis: (toBucket + 1) * BUCKET_MILLIS,
    columnSeconds: columnBuckets * BUCKET_SECONDS,
    ...(latestMillis === undefined ? {} : { latestMillis }),
    omittedCallCount: graph.omittedCallCount,
    omittedTraceCount: graph.omittedTraceCount,
    revision: graph.revision,
  };
}

function sumsOf(values: readonly number[], width: number): number[] {
  const sums = new Array<number>(Math.ceil(values.length / width)).fill(0);
  values.forEach((value, i) => {
    const at = Math.floor(i / width);
    sums[at] = (sums[at] as number) + value;
  });
  return sums;
}
