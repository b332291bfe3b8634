import { CallCounts, type GraphCounts, NO_DURATION } from './call-counts.js';
import type { GraphCall, GraphNode } from './graph-calls.js';
import { durationBucketOf } from './histogram.js';

/** The width of the buckets of time, in seconds. */
export const BUCKET_SECONDS = 5;
/** The number of buckets that are kept: those of an hour. */
export const BUCKET_COUNT = 720;

/** An edge of the service graph. */
export interface GraphEdge extends GraphCounts {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly isMessage: boolean;
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
  readonly edges: readonly KnownEdge[];
  readonly errors: readonly string[];
  /** For each call the indexes of edge and error, its bucket of time, and the buckets of its durations. */
  readonly calls: Int32Array;
}

/** An edge that has calls. */
export interface KnownEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly isMessage: boolean;
  readonly key: string;
  /** The buckets of time with calls of the edge; without any it is forgotten. */
  slotCount: number;
}

const CALL_WIDTH = 6;
/** The index of the error of a call that succeeded. */
const NO_ERROR = -1;
/** Peers can have random names, and an edge is drawn. */
const MAX_EDGES = 1_000;
/** What the parts take, from the heap before and after adding thousands of them. */
const EDGE_BYTES = 450;
const COUNTS_BYTES = 380;
const VALUE_BYTES = 42;
const CONTRIBUTION_BYTES = 320;

/** The bucket of a time in epoch nanoseconds. */
export function bucketOf(epochNanos: bigint): number {
  return Number(epochNanos / BigInt(BUCKET_SECONDS * 1e9));
}

/** The memory of a contribution. */
export function contributionBytes({ edges, errors, calls }: GraphContribution): number {
  return CONTRIBUTION_BYTES + 8 * (edges.length + errors.length) + calls.byteLength;
}

/**
 * The calls between services of the last hour, in buckets of five seconds. Each trace contributes once; when
 * spans of it come late, its old contribution is removed and the new one is added.
 *
 * Where the calls of an hour take more memory than allowed, the oldest are dropped before their time.
 */
export class ServiceGraph {
  readonly #maxBytes: number;
  readonly #slots = new Map<number, Map<KnownEdge, CallCounts>>();
  readonly #edges = new Map<string, KnownEdge>();
  #lastBucket = 0;
  #droppedBucket = -1;
  #countsCount = 0;
  #valueCount = 0;
  #omittedCallCount = 0;

  /** @param maxBytes the most memory, without the contributions. @default no limit */
  constructor(maxBytes = Infinity) {
    this.#maxBytes = maxBytes;
  }

  /** The memory of the graph, without the contributions. */
  get byteCount(): number {
    const { size } = this.#edges;
    return size * EDGE_BYTES + this.#countsCount * COUNTS_BYTES + this.#valueCount * VALUE_BYTES;
  }

  /** The bucket of the latest call; 0 before the first one. */
  get lastBucket(): number {
    return this.#lastBucket;
  }

  /** The first bucket whose calls are kept. */
  get firstBucket(): number {
    return Math.max(this.#droppedBucket + 1, this.#lastBucket - BUCKET_COUNT + 1);
  }

  /** The calls that were left out because there are too many edges. */
  get omittedCallCount(): number {
    return this.#omittedCallCount;
  }

  /**
   * Adds calls. What is older than an hour before the latest call is not kept.
   *
   * @param nowBucket the calls of clocks that are ahead count in this bucket. @default no limit
   * @returns what {@link remove} takes back
   */
  add(calls: readonly GraphCall[], nowBucket = Infinity): GraphContribution {
    const edges = new Map<KnownEdge, number>();
    const errors = new Map<string, number>();
    const packed = new Int32Array(calls.length * CALL_WIDTH);
    let length = 0;
    for (const call of calls) {
      const bucket = Math.min(bucketOf(call.startNanos), nowBucket);
      this.#lastBucket = Math.max(this.#lastBucket, bucket);
      if (bucket < this.firstBucket) continue;
      const edge = this.#edgeOf(call);
      if (edge === undefined) {
        this.#omittedCallCount++;
        continue;
      }
      const at = length;
      packed[length++] = indexIn(edges, edge);
      packed[length++] = call.error === undefined ? NO_ERROR : indexIn(errors, call.error);
      packed[length++] = bucket;
      packed[length++] = durationBucketOf(call.clientNanos) ?? NO_DURATION;
      packed[length++] = durationBucketOf(call.serverNanos) ?? NO_DURATION;
      packed[length++] = durationBucketOf(call.betweenNanos) ?? NO_DURATION;
      this.#count(edge, call.error, packed, at, 1);
    }
    this.#dropSlots();
    while (this.byteCount > this.#maxBytes && this.#slots.size > 1) {
      this.#droppedBucket = Math.min(...this.#slots.keys());
      this.#dropSlots();
    }
    return {
      edges: [...edges.keys()],
      errors: [...errors.keys()],
      calls: length === packed.length ? packed : packed.slice(0, length),
    };
  }

  /** Takes a contribution back that was added; what has become too old meanwhile is gone already. */
  remove({ edges, errors, calls }: GraphContribution): void {
    for (let at = 0; at < calls.length; at += CALL_WIDTH) {
      const edge = edges[calls[at] as number] as KnownEdge;
      this.#count(edge, errors[calls[at + 1] as number], calls, at, -1);
    }
  }

  /** Drops what is older than an hour. @param nowBucket of `bucketOf` */
  dropOld(nowBucket: number): void {
    this.#lastBucket = Math.max(this.#lastBucket, nowBucket);
    this.#dropSlots();
  }

  /** Drops everything. Contributions that were added before can still be removed, without effect. */
  clear(): void {
    for (const bucket of [...this.#slots.keys()]) this.#dropSlot(bucket);
    this.#lastBucket = 0;
    this.#droppedBucket = -1;
    this.#omittedCallCount = 0;
  }

  /**
   * Reads the graph.
   *
   * @param fromBucket the first bucket to count
   * @param toBucket the last one
   * @param seconds the time for rates. @default that of the buckets
   */
  read(
    fromBucket: number,
    toBucket: number,
    seconds: number = Math.max(0, toBucket - fromBucket + 1) * BUCKET_SECONDS,
  ): GraphSnapshot {
    const bucketCount = Math.max(0, toBucket - fromBucket + 1);
    const sums = new Map<KnownEdge, CallCounts>();
    const nodes = new Map<string, GrowingNode>();
    const nodeOf = (node: GraphNode): GrowingNode => {
      const known = nodes.get(node.id);
      if (known !== undefined) return known;
      const callsByBucket = new Array<number>(bucketCount).fill(0);
      const created = { node, counts: new CallCounts(), callsByBucket };
      nodes.set(node.id, created);
      return created;
    };
    for (const [bucket, slot] of this.#slots) {
      if (bucket < fromBucket || bucket > toBucket) continue;
      for (const [edge, counts] of slot) {
        let sum = sums.get(edge);
        if (sum === undefined) {
          sum = new CallCounts();
          sums.set(edge, sum);
        }
        sum.merge(counts);
        const { callsByBucket } = nodeOf(edge.to);
        const at = bucket - fromBucket;
        callsByBucket[at] = (callsByBucket[at] as number) + counts.callCount;
      }
    }
    for (const [{ from, to }, counts] of sums) {
      nodeOf(from);
      nodeOf(to).counts.merge(counts);
    }
    const ordered = [...sums].sort(([a], [b]) => compareTexts(a.key, b.key));
    return {
      nodes: [...nodes.values()]
        .map(({ node, counts, callsByBucket }) => ({
          node,
          callsByBucket,
          ...counts.read(seconds),
        }))
        .sort((a, b) => compareTexts(a.node.id, b.node.id)),
      edges: ordered.map(([{ from, to, isMessage }, counts]) => ({
        from,
        to,
        isMessage,
        ...counts.read(seconds),
      })),
    };
  }

  #edgeOf({ from, to, isMessage }: GraphCall): KnownEdge | undefined {
    const key = JSON.stringify([from.id, to.id, isMessage]);
    const known = this.#edges.get(key);
    if (known !== undefined || this.#edges.size >= MAX_EDGES) return known;
    const edge = { from, to, isMessage, key, slotCount: 0 };
    this.#edges.set(key, edge);
    return edge;
  }

  /** Adds a packed call, or takes it back. */
  #count(
    edge: KnownEdge,
    error: string | undefined,
    calls: Int32Array,
    at: number,
    sign: 1 | -1,
  ): void {
    const bucket = calls[at + 2] as number;
    let slot = this.#slots.get(bucket);
    let counts = slot?.get(edge);
    if (counts === undefined) {
      if (sign === -1) return;
      if (slot === undefined) {
        slot = new Map();
        this.#slots.set(bucket, slot);
      }
      counts = new CallCounts();
      slot.set(edge, counts);
      edge.slotCount++;
      this.#countsCount++;
    }
    this.#valueCount -= counts.valueCount;
    const call = {
      clientBucket: calls[at + 3] as number,
      serverBucket: calls[at + 4] as number,
      betweenBucket: calls[at + 5] as number,
      error,
    };
    counts.add(call, sign);
    this.#valueCount += counts.valueCount;
    if (counts.callCount > 0) return;
    this.#forget(edge, counts);
    slot?.delete(edge);
    if (slot?.size === 0) this.#slots.delete(bucket);
  }

  #dropSlots(): void {
    for (const bucket of this.#slots.keys()) {
      if (bucket < this.firstBucket) this.#dropSlot(bucket);
    }
  }

  #dropSlot(bucket: number): void {
    for (const [edge, counts] of this.#slots.get(bucket) ?? []) this.#forget(edge, counts);
    this.#slots.delete(bucket);
  }

  #forget(edge: KnownEdge, counts: CallCounts): void {
    this.#countsCount--;
    this.#valueCount -= counts.valueCount;
    edge.slotCount--;
    if (edge.slotCount === 0) this.#edges.delete(edge.key);
  }
}

interface GrowingNode {
  readonly node: GraphNode;
  readonly counts: CallCounts;
  readonly callsByBucket: number[];
}

function indexIn<Value>(indexes: Map<Value, number>, value: Value): number {
  const known = indexes.get(value);
  if (known !== undefined) return known;
  indexes.set(value, indexes.size);
  return indexes.size - 1;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
