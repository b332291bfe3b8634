import type { GraphCall, GraphNode } from './graph-calls.js';
import { LogHistogram } from './histogram.js';

/** The width of the buckets of time, in seconds. */
export const BUCKET_SECONDS = 5;
/** The number of buckets that are kept: those of an hour. */
export const BUCKET_COUNT = 720;

/** Durations of calls. */
export interface DurationSummary {
  readonly count: number;
  /** Nanoseconds, exact to 2.2 %; undefined without calls. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly max: number | undefined;
}

/** Counts of an edge or a node. */
export interface GraphCounts {
  readonly callCount: number;
  readonly failedCount: number;
  /** Calls a second. */
  readonly rate: number;
  /** The failed calls by what failed, the most frequent first. */
  readonly errors: readonly { readonly error: string; readonly count: number }[];
  /** As the callers saw it. */
  readonly client: DurationSummary;
  /** As the receiver saw it. */
  readonly server: DurationSummary;
}

/** An edge of the service graph. */
export interface GraphEdge extends GraphCounts {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly isMessage: boolean;
  /** The time on the network and in queues. */
  readonly between: DurationSummary;
}

/** A node of the service graph with what it received. */
export interface GraphNodeCounts extends GraphCounts {
  readonly node: GraphNode;
  /** The calls that it received in each bucket, from the first of the time to the last. */
  readonly callsByBucket: readonly number[];
}

/** The service graph in a time. */
export interface GraphSnapshot {
  readonly nodes: readonly GraphNodeCounts[];
  readonly edges: readonly GraphEdge[];
}

/** What a trace added to the graph; kept, so that it can be taken back when spans come late. */
export interface GraphContribution {
  readonly parts: readonly ContributedPart[];
}

interface ContributedPart {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly isMessage: boolean;
  readonly bucket: number;
  readonly counts: Counts;
}

interface Edge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly isMessage: boolean;
  readonly buckets: Map<number, Counts>;
}

/** Adds up the calls of a trace by edge and bucket of time. */
export function contributionOf(calls: readonly GraphCall[]): GraphContribution {
  const parts = new Map<string, ContributedPart>();
  for (const call of calls) {
    const { from, to, isMessage } = call;
    const bucket = bucketOf(call.startNanos);
    const key = `${bucket} ${edgeKey(call)}`;
    let part = parts.get(key);
    if (part === undefined) {
      part = { from, to, isMessage, bucket, counts: new Counts() };
      parts.set(key, part);
    }
    part.counts.add(call);
  }
  return { parts: [...parts.values()] };
}

/** The bucket of a time in epoch nanoseconds. */
export function bucketOf(epochNanos: bigint): number {
  return Number(epochNanos / BigInt(BUCKET_SECONDS * 1e9));
}

/**
 * The calls between services of the last hour, in buckets of five seconds. Each trace contributes once; when
 * spans of it come late, its old contribution is removed and the new one is added.
 */
export class ServiceGraph {
  readonly #edges = new Map<string, Edge>();
  #lastBucket = 0;

  /** Adds a contribution. What is older than an hour before the latest call is not kept. */
  add({ parts }: GraphContribution): void {
    for (const part of parts) {
      this.#lastBucket = Math.max(this.#lastBucket, part.bucket);
      if (part.bucket <= this.#lastBucket - BUCKET_COUNT) continue;
      const key = edgeKey(part);
      let edge = this.#edges.get(key);
      if (edge === undefined) {
        edge = { from: part.from, to: part.to, isMessage: part.isMessage, buckets: new Map() };
        this.#edges.set(key, edge);
      }
      let counts = edge.buckets.get(part.bucket);
      if (counts === undefined) {
        counts = new Counts();
        edge.buckets.set(part.bucket, counts);
      }
      counts.merge(part.counts, 1);
    }
  }

  /** Takes a contribution back that was added; what has become too old meanwhile is gone already. */
  remove({ parts }: GraphContribution): void {
    for (const part of parts) {
      const key = edgeKey(part);
      const edge = this.#edges.get(key);
      const counts = edge?.buckets.get(part.bucket);
      if (edge === undefined || counts === undefined) continue;
      counts.merge(part.counts, -1);
      if (counts.callCount === 0) edge.buckets.delete(part.bucket);
      if (edge.buckets.size === 0) this.#edges.delete(key);
    }
  }

  /** Drops what is older than an hour. @param nowBucket of `bucketOf` */
  dropOld(nowBucket: number): void {
    this.#lastBucket = Math.max(this.#lastBucket, nowBucket);
    for (const [key, { buckets }] of this.#edges) {
      for (const bucket of buckets.keys()) {
        if (bucket <= this.#lastBucket - BUCKET_COUNT) buckets.delete(bucket);
      }
      if (buckets.size === 0) this.#edges.delete(key);
    }
  }

  /**
   * Reads the graph.
   *
   * @param fromBucket the first bucket to count
   * @param toBucket the last one
   */
  read(fromBucket: number, toBucket: number): GraphSnapshot {
    const bucketCount = Math.max(0, toBucket - fromBucket + 1);
    const seconds = bucketCount * BUCKET_SECONDS;
    const edges: GraphEdge[] = [];
    const nodes = new Map<string, { node: GraphNode; counts: Counts; byBucket: number[] }>();
    const nodeOf = (node: GraphNode) => {
      const known = nodes.get(node.id);
      if (known !== undefined) return known;
      const byBucket = new Array<number>(bucketCount).fill(0);
      const created = { node, counts: new Counts(), byBucket };
      nodes.set(node.id, created);
      return created;
    };
    for (const { from, to, isMessage, buckets } of this.#edges.values()) {
      const sum = new Counts();
      for (const [bucket, counts] of buckets) {
        if (bucket < fromBucket || bucket > toBucket) continue;
        sum.merge(counts, 1);
        const { byBucket } = nodeOf(to);
        const at = bucket - fromBucket;
        byBucket[at] = (byBucket[at] as number) + counts.callCount;
      }
      if (sum.callCount === 0) continue;
      nodeOf(from);
      nodeOf(to).counts.merge(sum, 1);
      const between = summaryOf(sum.between);
      edges.push({ from, to, isMessage, between, ...sum.read(seconds) });
    }
    const counted = [...nodes.values()].map(({ node, counts, byBucket }) => ({
      node,
      callsByBucket: byBucket,
      ...counts.read(seconds),
    }));
    return {
      nodes: counted.sort((a, b) => compareTexts(a.node.id, b.node.id)),
      edges: edges.sort((a, b) => compareTexts(edgeKey(a), edgeKey(b))),
    };
  }
}

class Counts {
  callCount = 0;
  readonly between = new LogHistogram();
  readonly #client = new LogHistogram();
  readonly #server = new LogHistogram();
  readonly #errors = new Map<string, number>();

  add({ clientNanos, serverNanos, betweenNanos, error }: GraphCall): void {
    this.callCount++;
    this.#client.add(clientNanos);
    this.#server.add(serverNanos);
    this.between.add(betweenNanos);
    if (error !== undefined) this.#addError(error, 1);
  }

  merge(other: Counts, sign: 1 | -1): void {
    this.callCount += other.callCount * sign;
    this.#client.merge(other.#client, sign);
    this.#server.merge(other.#server, sign);
    this.between.merge(other.between, sign);
    for (const [error, count] of other.#errors) this.#addError(error, count * sign);
  }

  read(seconds: number): GraphCounts {
    const errors = [...this.#errors].map(([error, count]) => ({ error, count }));
    errors.sort((a, b) => b.count - a.count || compareTexts(a.error, b.error));
    return {
      callCount: this.callCount,
      failedCount: errors.reduce((sum, { count }) => sum + count, 0),
      rate: seconds === 0 ? 0 : this.callCount / seconds,
      errors,
      client: summaryOf(this.#client),
      server: summaryOf(this.#server),
    };
  }

  #addError(error: string, difference: number): void {
    const count = (this.#errors.get(error) ?? 0) + difference;
    if (count === 0) this.#errors.delete(error);
    else this.#errors.set(error, count);
  }
}

function summaryOf(histogram: LogHistogram): DurationSummary {
  return {
    count: histogram.count,
    p50: histogram.quantile(0.5),
    p95: histogram.quantile(0.95),
    max: histogram.max,
  };
}

function edgeKey({ from, to, isMessage }: Pick<Edge, 'from' | 'to' | 'isMessage'>): string {
  return JSON.stringify([from.id, to.id, isMessage]);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
