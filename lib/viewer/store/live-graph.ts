import {
  type GraphCall,
  type GraphCallOptions,
  graphCallSteps,
  graphCallsOf,
} from '../analysis/graph-calls.js';
import {
  BUCKET_COUNT,
  BUCKET_SECONDS,
  bucketOf,
  contributionBytes,
  type GraphContribution,
  type GraphSnapshot,
  ServiceGraph,
} from '../analysis/service-graph.js';
import { finishedBy } from '../analysis/steps.js';
import { hexOfSpanId } from '../analysis/trace-columns.js';
import { type TraceTree, treeOf } from '../analysis/trace-tree.js';
import { linksOfSpan } from '../otlp/read-facts.js';
import { ARRIVING_MILLIS } from './assembly.js';
import type { TraceEntry } from './trace-entry.js';

/** What the graph needs of its store. */
export interface LiveGraphOptions {
  readonly find: (traceId: string) => TraceEntry | undefined;
  /** The clock of the store, in milliseconds. */
  readonly nowMillis: () => number;
  /** The wall clock, in epoch milliseconds. */
  readonly epochMillis: () => number;
  /** The most memory for the calls of the last hour, in bytes. */
  readonly maxBytes: number;
}

/**
 * The part of the time in which traces may be counted that are dropped before they are quiet, and the longest
 * time at once. So many come then that receiving them goes first.
 */
const DROPPED_SHARE = 0.1;
const MAX_CREDIT_MILLIS = 50;
/** A longer trace that is dropped is not counted: it would have to be counted at once. */
const MAX_DROPPED_SPANS = 20_000;

/** A trace that is being counted. */
interface Counting {
  readonly entry: TraceEntry;
  readonly steps: Generator<void, GraphCall[]>;
}

/** A part of the graph, up to now. */
export interface GraphReading extends GraphSnapshot {
  /** The first bucket, and the last one. */
  readonly fromBucket: number;
  readonly toBucket: number;
}

/**
 * The service graph of all traces that came within an hour, also of those that were dropped since. A trace is
 * counted when no span of it has come for two seconds, or when it is dropped before that. If spans come later,
 * it is counted anew.
 */
export class LiveGraph {
  readonly #options: LiveGraphOptions;
  readonly #graph: ServiceGraph;
  /** When each trace changed that is to be counted, the one that is quiet longest first. */
  readonly #pending = new Map<TraceEntry, number>();
  readonly #contributions = new Map<TraceEntry, GraphContribution>();
  /** The trace that is being counted; others have a turn between the steps. */
  #counting: Counting | undefined;
  #contributionBytes = 0;
  #revision = 0;
  #creditMillis = MAX_CREDIT_MILLIS;
  #creditedMillis = -Infinity;
  #omittedTraceCount = 0;

  constructor(options: LiveGraphOptions) {
    this.#options = options;
    this.#graph = new ServiceGraph(options.maxBytes);
  }

  /** The number of changes so far. */
  get revision(): number {
    return this.#revision;
  }

  get byteCount(): number {
    return this.#graph.byteCount + this.#contributionBytes;
  }

  /** The traces that are not counted, or not in their latest state. */
  get pendingCount(): number {
    return this.#pending.size + (this.#counting === undefined ? 0 : 1);
  }

  /** The calls that were left out because there are too many edges. */
  get omittedCallCount(): number {
    return this.#graph.omittedCallCount;
  }

  /** The traces that were dropped before there was time to count them. */
  get omittedTraceCount(): number {
    return this.#omittedTraceCount;
  }

  /** When the latest call was, in epoch milliseconds, exact to five seconds; undefined without calls. */
  get latestMillis(): number | undefined {
    const { lastBucket } = this.#graph;
    return lastBucket === 0 ? undefined : lastBucket * BUCKET_SECONDS * 1_000;
  }

  /** Notes that a trace has changed. @param nowMillis by the clock of the store */
  change(entry: TraceEntry, nowMillis: number): void {
    this.#interrupt(entry);
    this.#pending.delete(entry);
    this.#pending.set(entry, nowMillis);
  }

  /** Counts a trace that is dropped as it is now, if there is time. Called before its memory is given back. */
  drop(entry: TraceEntry): void {
    const isInterrupted = this.#interrupt(entry);
    if (this.#pending.delete(entry) || isInterrupted) this.#countDropped(entry);
    const contribution = this.#contributions.get(entry);
    if (contribution === undefined) return;
    this.#contributions.delete(entry);
    this.#contributionBytes -= contributionBytes(contribution);
  }

  /** Drops everything. */
  clear(): void {
    this.#pending.clear();
    this.#counting = undefined;
    this.#contributions.clear();
    this.#contributionBytes = 0;
    this.#omittedTraceCount = 0;
    this.#graph.clear();
    this.#revision++;
  }

  /**
   * Counts traces that are quiet, for some time.
   *
   * @param nowMillis by the clock of the store
   * @param isTimeUp asked after each trace, and in a long one in between
   * @returns whether quiet traces are left
   */
  settle(nowMillis: number, isTimeUp: () => boolean): boolean {
    if (this.#counting !== undefined && !this.#goOn(this.#counting, isTimeUp)) return true;
    for (const [entry, changedMillis] of this.#pending) {
      if (nowMillis - changedMillis < ARRIVING_MILLIS) return false;
      if (isTimeUp()) return true;
      this.#pending.delete(entry);
      if (!this.#goOn({ entry, steps: this.callSteps(entry) }, isTimeUp)) return true;
    }
    return false;
  }

  /**
   * Reads the last minutes. They end now, or with the latest call if that is more than an hour ago, as with
   * files.
   *
   * @param minutes 1 to 60
   */
  read(minutes: number): GraphReading {
    const nowMillis = this.#options.epochMillis();
    const nowBucket = this.#bucketOf(nowMillis);
    const { lastBucket } = this.#graph;
    const isOld = lastBucket !== 0 && nowBucket - lastBucket >= BUCKET_COUNT;
    const toBucket = isOld ? lastBucket : nowBucket;
    const fromBucket = toBucket - (minutes * 60) / BUCKET_SECONDS + 1;
    // The bucket of now is not over, and the calls of the last two seconds are not counted.
    const rest = isOld ? 0 : (toBucket + 1) * BUCKET_SECONDS - nowMillis / 1_000;
    const seconds = Math.max(1, minutes * 60 - rest - (isOld ? 0 : ARRIVING_MILLIS / 1_000));
    return { ...this.#graph.read(fromBucket, toBucket, seconds), fromBucket, toBucket };
  }

  #countDropped(entry: TraceEntry): void {
    const { nowMillis } = this.#options;
    const began = nowMillis();
    const earned = (began - this.#creditedMillis) * DROPPED_SHARE;
    this.#creditMillis = Math.min(MAX_CREDIT_MILLIS, this.#creditMillis + earned);
    this.#creditedMillis = began;
    if (this.#creditMillis <= 0 || entry.spanCount > MAX_DROPPED_SPANS) {
      this.#omittedTraceCount++;
      return;
    }
    this.#count(entry, finishedBy(this.callSteps(entry)));
    this.#creditMillis -= nowMillis() - began;
  }

  /** The calls of a trace, also those by links to spans of other stored traces. */
  callsOf(tree: TraceTree): GraphCall[] {
    return graphCallsOf(tree, { serviceOfSpan: this.#serviceOfSpan });
  }

  /** Finds the calls of a trace, in steps. It must not change meanwhile. */
  *callSteps(entry: TraceEntry): Generator<void, GraphCall[]> {
    const tree = treeOf(entry.glance());
    return yield* graphCallSteps(tree, {
      serviceOfSpan: this.#serviceOfSpan,
      linksOf: (row) => linksOfSpan(entry.bytesOf(row), row),
    });
  }

  readonly #serviceOfSpan: GraphCallOptions['serviceOfSpan'] = (traceId, spanId) => {
    const entry = this.#options.find(traceId);
    const [row] = entry?.rowsOf(hexOfSpanId(spanId)) ?? [];
    return row === undefined ? undefined : entry?.serviceOf(row);
  };

  /** Takes steps of counting a trace. @returns whether it is counted */
  #goOn(counting: Counting, isTimeUp: () => boolean): boolean {
    const { entry, steps } = counting;
    // A trace at which this fails is not counted again and again.
    this.#counting = undefined;
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        this.#count(entry, step.value);
        return true;
      }
      if (!isTimeUp()) continue;
      this.#counting = counting;
      return false;
    }
  }

  /** @returns whether the trace was being counted */
  #interrupt(entry: TraceEntry): boolean {
    if (this.#counting?.entry !== entry) return false;
    this.#counting = undefined;
    return true;
  }

  #count(entry: TraceEntry, calls: readonly GraphCall[]): void {
    const before = this.#contributions.get(entry);
    if (before !== undefined) {
      this.#graph.remove(before);
      this.#contributionBytes -= contributionBytes(before);
    }
    const contribution = this.#graph.add(calls, this.#bucketOf(this.#options.epochMillis()));
    this.#contributions.set(entry, contribution);
    this.#contributionBytes += contributionBytes(contribution);
    if (calls.length > 0 || before !== undefined) this.#revision++;
  }

  #bucketOf(epochMillis: number): number {
    return bucketOf(BigInt(Math.round(epochMillis)) * 1_000_000n);
  }
}
