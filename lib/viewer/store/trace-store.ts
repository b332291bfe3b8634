import { epochMillis, monotonicMillis } from '../../system-time.js';
import { type LogOrigin, skimLogs } from '../otlp/read-log.js';
import {
  type SkimmedOrigin,
  type SkimmedSpan,
  type SpanReceiver,
  skimSpans,
} from '../otlp/skim-spans.js';
import { ChunkPool } from './byte-arena.js';
import { LiveGraph } from './live-graph.js';
import { type Origin, OriginTable } from './origin-table.js';
import { Retention, type RetentionLimits } from './retention.js';
import { SlabPool } from './span-columns.js';
import { StringTable } from './string-table.js';
import { TraceEntry } from './trace-entry.js';
import { TraceLogs } from './trace-logs.js';

/** What became of the spans that came: `received = stored + duplicate + refused + evicted`. */
export interface SpanCounts {
  readonly received: number;
  /** In the store now. */
  readonly stored: number;
  /** Sent again: the span is stored once. */
  readonly duplicate: number;
  /** Not messages, or without a valid id. */
  readonly refused: number;
  /** Dropped with their trace, or came after it was dropped. */
  readonly evicted: number;
}

/** All counts of the store. */
export interface StoreCounts {
  readonly spans: SpanCounts;
  readonly traces: { readonly seen: number; readonly kept: number };
  readonly logs: { readonly received: number; readonly stored: number; readonly evicted: number };
  /** The memory that everything takes, by the store's own estimate. */
  readonly byteCount: number;
}

/** The result of an intake. */
export interface IntakeResult {
  /** False if the body is not a request of OTLP; nothing was stored then. */
  readonly isReadable: boolean;
  readonly refusedCount: number;
}

/** A trace that is no longer in the store. */
export interface Eviction {
  readonly id: string;
  readonly revision: number;
}

const MAX_LOGS = 20_000;
/** The share of the memory that logs may take. */
const LOG_SHARE = 1 / 8;
/** The share of memory that dropped traces leave for the next ones. */
const IDLE_SHARE = 1 / 32;
/** The share of memory for the service graph, without the contributions of traces. */
const GRAPH_SHARE = 1 / 16;
const MAX_REMEMBERED_EVICTIONS = 10_000;
const EVICTION_BYTES = 150;
/** In a long request the store makes room in between. */
const SPANS_BETWEEN_SETTLEMENTS = 2_000;
const TRACE_ID_BYTES = 16;

/** All traces in memory, within limits. Everything that comes is counted. It does not throw. */
export class TraceStore {
  readonly #limits: RetentionLimits;
  readonly #now: () => number;
  readonly #entries = new Map<string, TraceEntry>();
  readonly #shared: {
    readonly slabs: SlabPool;
    readonly chunks: ChunkPool;
    readonly strings: StringTable;
    readonly origins: OriginTable;
  };
  readonly #retention: Retention;
  readonly #logs: TraceLogs;
  readonly #graph: LiveGraph;
  readonly #changed = new Set<TraceEntry>();
  /** The ids of dropped traces, from the oldest to the newest, with the revision of the drop. */
  readonly #evictions = new Map<string, number>();
  #forgottenRevision = 0;
  #revision = 0;
  #received = 0;
  #stored = 0;
  #duplicate = 0;
  #refused = 0;
  #evicted = 0;
  #tracesSeen = 0;

  /** @param now a clock in milliseconds that does not jump */
  constructor(limits: RetentionLimits, now: () => number = monotonicMillis) {
    this.#limits = limits;
    this.#now = now;
    this.#shared = {
      slabs: new SlabPool(limits.maxBytes * IDLE_SHARE),
      chunks: new ChunkPool(limits.maxBytes * IDLE_SHARE),
      strings: new StringTable(),
      origins: new OriginTable(),
    };
    this.#retention = new Retention(limits);
    this.#logs = new TraceLogs({ maxLogs: MAX_LOGS, maxBytes: limits.maxBytes * LOG_SHARE });
    this.#graph = new LiveGraph({
      find: (id) => this.#entries.get(id),
      epochMillis,
      maxBytes: limits.maxBytes * GRAPH_SHARE,
    });
  }

  /** The number of the latest change; {@link TraceEntry.revision} of the trace that has changed. */
  get revision(): number {
    return this.#revision;
  }

  /** The time by the clock of the store. */
  get nowMillis(): number {
    return this.#now();
  }

  /** The records of logs. */
  get logs(): TraceLogs {
    return this.#logs;
  }

  /** The calls between services. */
  get graph(): LiveGraph {
    return this.#graph;
  }

  get byteCount(): number {
    return (
      this.#retention.byteCount +
      this.#graph.byteCount +
      this.#shared.slabs.idleBytes +
      this.#shared.chunks.idleBytes +
      this.#shared.strings.byteCount +
      this.#shared.origins.byteCount +
      this.#logs.byteCount +
      this.#evictions.size * EVICTION_BYTES
    );
  }

  counts(): StoreCounts {
    return {
      spans: {
        received: this.#received,
        stored: this.#stored,
        duplicate: this.#duplicate,
        refused: this.#refused,
        evicted: this.#evicted,
      },
      traces: { seen: this.#tracesSeen, kept: this.#entries.size },
      logs: {
        received: this.#logs.receivedCount,
        stored: this.#logs.storedCount,
        evicted: this.#logs.receivedCount - this.#logs.storedCount,
      },
      byteCount: this.byteCount,
    };
  }

  /** Stores the spans of an `ExportTraceServiceRequest`. */
  receiveTraces(request: Buffer): IntakeResult {
    const refusedBefore = this.#refused;
    const receiver = new HeldOrigins(this.#shared.origins, (span, origin) =>
      this.#receive(span, origin),
    );
    const { isReadable, spanCount, refusedCount } = skimSpans(request, receiver);
    receiver.release();
    this.#received += spanCount - receiver.spanCount;
    this.#refused += refusedCount;
    this.#settle();
    return { isReadable, refusedCount: this.#refused - refusedBefore };
  }

  /** Stores the records of an `ExportLogsServiceRequest`. */
  receiveLogs(request: Buffer): IntakeResult {
    const copies = new Map<LogOrigin, LogOrigin>();
    const { isReadable, logCount } = skimLogs(request, ({ bytes, origin }) => {
      let copy = copies.get(origin);
      if (copy === undefined) {
        copy = { resource: Buffer.from(origin.resource), scope: Buffer.from(origin.scope) };
        copies.set(origin, copy);
      }
      this.#logs.add(bytes, copy);
    });
    if (logCount > 0) this.#revision++;
    this.#makeRoom();
    return { isReadable, refusedCount: 0 };
  }

  /** @param id 32 hexadecimal digits, in lower case */
  get(id: string): TraceEntry | undefined {
    return this.#entries.get(id);
  }

  /** All traces, in the order in which their first spans arrived. */
  entries(): Iterable<TraceEntry> {
    return this.#entries.values();
  }

  /** @returns false if there is no such trace */
  star(id: string, isStarred: boolean): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#retention.star(entry, isStarred);
    entry.revision = ++this.#revision;
    return true;
  }

  /** The traces whose main spans have the service and name of that of a trace, from the oldest to the newest. */
  groupOf(entry: TraceEntry): TraceEntry[] {
    return this.#retention.groupOf(entry);
  }

  /** The traces that were dropped after a revision; undefined if that was too long ago to tell. */
  evictionsSince(revision: number): Eviction[] | undefined {
    if (revision < this.#forgottenRevision) return undefined;
    const evictions: Eviction[] = [];
    for (const [id, at] of this.#evictions) if (at > revision) evictions.push({ id, revision: at });
    return evictions;
  }

  /** Drops all traces and logs, and begins to count anew. Late spans of these traces are not stored. */
  clear(): void {
    this.#graph.clear();
    for (const entry of [...this.#entries.values()]) this.#drop(entry);
    this.#retention.clear();
    this.#logs.clear();
    this.#received = this.#stored = this.#duplicate = this.#refused = this.#evicted = 0;
    this.#tracesSeen = 0;
  }

  #receive(span: SkimmedSpan, origin: Origin): void {
    this.#received++;
    const entry = this.#entryOf(span);
    if (entry === undefined) {
      this.#evicted++;
      return;
    }
    const acceptance = entry.add(span, origin, this.#now());
    if (acceptance === 'stored') this.#stored++;
    else if (acceptance === 'duplicate') this.#duplicate++;
    else this.#refused++;
    this.#changed.add(entry);
    if (this.#received % SPANS_BETWEEN_SETTLEMENTS === 0) this.#settle();
  }

  /** The trace of a span; undefined if it was dropped. */
  #entryOf(span: SkimmedSpan): TraceEntry | undefined {
    const { bytes, traceIdStart } = span;
    const id = bytes.toString('hex', traceIdStart, traceIdStart + TRACE_ID_BYTES);
    const known = this.#entries.get(id);
    if (known !== undefined || this.#evictions.has(id)) return known;
    const entry = new TraceEntry(id, span, this.#shared, this.#now());
    this.#entries.set(id, entry);
    this.#tracesSeen++;
    return entry;
  }

  /** Notes the traces that have changed, and makes room. */
  #settle(): void {
    for (const entry of this.#changed) {
      entry.revision = ++this.#revision;
      this.#retention.update(entry);
      this.#graph.change(entry, this.#now());
    }
    this.#changed.clear();
    this.#makeRoom();
  }

  #makeRoom(): void {
    const { maxBytes, maxTraces } = this.#limits;
    while (this.#entries.size > maxTraces || this.byteCount > maxBytes) {
      const entry = this.#retention.candidate();
      if (entry === undefined) return;
      this.#drop(entry);
    }
  }

  #drop(entry: TraceEntry): void {
    this.#entries.delete(entry.id);
    this.#retention.remove(entry);
    this.#graph.drop(entry);
    entry.release();
    this.#stored -= entry.spanCount;
    this.#evicted += entry.spanCount;
    this.#evictions.set(entry.id, ++this.#revision);
    if (this.#evictions.size <= MAX_REMEMBERED_EVICTIONS) return;
    const [oldest] = this.#evictions;
    this.#evictions.delete((oldest as [string, number])[0]);
    this.#forgottenRevision = (oldest as [string, number])[1];
  }
}

/** Gives the spans of a request with their origins, which are held until all of them were given. */
class HeldOrigins implements SpanReceiver {
  readonly #table: OriginTable;
  readonly #receive: (span: SkimmedSpan, origin: Origin) => void;
  readonly #held: Origin[] = [];
  #skimmed: SkimmedOrigin | undefined;
  spanCount = 0;

  constructor(table: OriginTable, receive: (span: SkimmedSpan, origin: Origin) => void) {
    this.#table = table;
    this.#receive = receive;
  }

  receive(span: SkimmedSpan, skimmed: SkimmedOrigin): void {
    // All spans of a scope come with the same object.
    if (this.#skimmed !== skimmed) {
      this.#held.push(this.#table.hold(skimmed));
      this.#skimmed = skimmed;
    }
    this.spanCount++;
    this.#receive(span, this.#held.at(-1) as Origin);
  }

  release(): void {
    for (const origin of this.#held) this.#table.release(origin);
  }
}
