import { epochMillis, monotonicMillis } from '../../system-time.js';
import { type LogOrigin, skimLogs } from '../otlp/read-log.js';
import { type SkimmedSpan, skimSpans } from '../otlp/skim-spans.js';
import { type BodyKeeper, BodyKind } from './body-keeper.js';
import { ChunkPool } from './byte-arena.js';
import { HeldOrigins } from './held-origins.js';
import { LiveGraph } from './live-graph.js';
import { type Origin, OriginTable } from './origin-table.js';
import { ProcessReports } from './process-reports.js';
import { Retention, type RetentionLimits } from './retention.js';
import { Runs } from './runs.js';
import { SlabPool } from './span-columns.js';
import type { StoreCounts } from './store-counts.js';
import { StringTable } from './string-table.js';
import { TraceEntry } from './trace-entry.js';
import { TraceLogs } from './trace-logs.js';

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
/** More than it takes to store the bodies of earlier runs again. */
const MILLIS_BETWEEN_RUNS = 1e9;
/** More than a store has changes in a millisecond. */
const REVISIONS_PER_MILLI = 1_000;

/** All traces in memory, within limits. Everything that comes is counted. It does not throw. */
export class TraceStore {
  readonly #limits: RetentionLimits;
  readonly #now: () => number;
  readonly #epochMillis: () => number;
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
  readonly #reports = new ProcessReports();
  /** The ids of dropped traces, from the oldest to the newest, with the revision of the drop. */
  readonly #evictions = new Map<string, number>();
  #forgottenRevision: number;
  #revision: number;
  #received = 0;
  #stored = 0;
  #duplicate = 0;
  #refused = 0;
  #evicted = 0;
  #tracesSeen = 0;
  readonly #runs: Runs;
  /** The run of the bodies that are stored again; undefined while none is. */
  #replayedRun: number | undefined;
  #keeper: BodyKeeper | undefined;

  /**
   * @param now a clock in milliseconds that does not jump
   * @param epoch the wall clock, in epoch milliseconds
   */
  constructor(
    limits: RetentionLimits,
    now: () => number = monotonicMillis,
    epoch: () => number = epochMillis,
  ) {
    this.#limits = limits;
    this.#now = now;
    this.#epochMillis = epoch;
    // No revision of a store before it, of which a page may still know, is one of this store.
    this.#revision = Math.floor(epoch()) * REVISIONS_PER_MILLI;
    this.#forgottenRevision = this.#revision;
    this.#runs = new Runs(1, epoch());
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
      nowMillis: now,
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

  /** The starts of the viewer; new traces belong to the current one. */
  get runs(): Runs {
    return this.#runs;
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
      running: this.#reports.runningCount,
      traces: { seen: this.#tracesSeen, kept: this.#entries.size },
      logs: {
        received: this.#logs.receivedCount,
        stored: this.#logs.storedCount,
        evicted: this.#logs.receivedCount - this.#logs.storedCount,
      },
      journal: this.#keeper?.counts,
      byteCount: this.byteCount,
    };
  }

  /** Gives all bodies from now on to a keeper. */
  keepIn(keeper: BodyKeeper): void {
    this.#keeper = keeper;
  }

  /** Stores a body of an earlier run again. */
  replay(kind: BodyKind, body: Buffer, run: number): void {
    const keeper = this.#keeper;
    this.#replayedRun = run;
    this.#keeper = undefined;
    if (kind === BodyKind.LOGS) this.receiveLogs(body);
    else if (kind === BodyKind.OPEN_TRACES) this.receiveOpenTraces(body);
    else this.receiveTraces(body);
    this.#replayedRun = undefined;
    this.#keeper = keeper;
  }

  /** Stores the spans of an `ExportTraceServiceRequest`. */
  receiveTraces(request: Buffer): IntakeResult {
    const receiver = new HeldOrigins(this.#shared.origins, (span, origin) =>
      this.#receive(span, origin, false),
    );
    const result = this.#skim(request, receiver);
    if (result.isReadable) this.#keeper?.append(BodyKind.TRACES, request);
    return result;
  }

  /**
   * Stores spans that are running: those of an `ExportTraceServiceRequest` that have no end. A span that has no
   * start either says that it is still running; nothing else of it is read.
   *
   * @returns refused are also the spans that are said to be running and are not stored: their process has to
   *   send them as a whole
   */
  receiveOpenTraces(request: Buffer): IntakeResult {
    let newCount = 0;
    let unknownCount = 0;
    const receiver = new HeldOrigins(
      this.#shared.origins,
      (span, origin) => {
        if (span.startLow === 0 && span.startHigh === 0) {
          if (!this.#hear(span)) unknownCount++;
          return;
        }
        newCount++;
        this.#receive(span, origin, true);
      },
      (origin) => this.#reports.note(origin.resource, this.#now()),
    );
    const { isReadable, refusedCount } = this.#skim(request, receiver);
    if (newCount > 0) this.#keeper?.append(BodyKind.OPEN_TRACES, request);
    return { isReadable, refusedCount: refusedCount + unknownCount };
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
    if (isReadable) this.#keeper?.append(BodyKind.LOGS, request);
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

  /** Finds the running spans of which nothing is heard any more. Called by who reads the store. */
  sweep(): void {
    const changed = this.#reports.sweep(this.#now(), this.#epochMillis());
    for (const entry of changed) this.#changed.add(entry);
    if (this.#changed.size > 0) this.#settle();
  }

  /**
   * The end of a trace as of now, in nanoseconds after its base: running spans end now. Where all of them have
   * fallen silent, they end when they were heard of last.
   */
  endOf(entry: TraceEntry): number {
    const { end } = entry.outline();
    const { lastHeardMillis, runningCount } = entry;
    if (lastHeardMillis === -Infinity) return end;
    const agoMillis = runningCount > 0 ? 0 : this.#now() - lastHeardMillis;
    return Math.max(end, entry.offsetOf(this.#epochMillis() - agoMillis));
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
    this.#keeper?.clear();
    this.#runs.clear();
    this.#received = this.#stored = this.#duplicate = this.#refused = this.#evicted = 0;
    this.#tracesSeen = 0;
  }

  #skim(request: Buffer, receiver: HeldOrigins): IntakeResult {
    const refusedBefore = this.#refused;
    const { isReadable, refusedCount } = skimSpans(request, receiver);
    receiver.release();
    this.#received += refusedCount;
    this.#refused += refusedCount;
    this.#settle();
    return { isReadable, refusedCount: this.#refused - refusedBefore };
  }

  /** @returns false for a span that is not stored, and could be */
  #hear(span: SkimmedSpan): boolean {
    const id = traceIdOf(span);
    const entry = this.#entries.get(id);
    if (entry === undefined) return this.#evictions.has(id);
    const heard = entry.hear(span, this.#now());
    if (heard === 'changed') this.#watch(entry);
    return heard !== 'unknown';
  }

  #watch(entry: TraceEntry): void {
    this.#changed.add(entry);
    if (entry.runningCount > 0) this.#reports.watch(entry);
  }

  #receive(span: SkimmedSpan, origin: Origin, isOpen: boolean): void {
    this.#received++;
    const entry = this.#entryOf(span);
    if (entry === undefined) {
      this.#evicted++;
      return;
    }
    const acceptance = entry.add(span, origin, this.#now(), isOpen);
    if (acceptance === 'stored') this.#stored++;
    else if (acceptance === 'duplicate') this.#duplicate++;
    else this.#refused++;
    this.#watch(entry);
    if (this.#received % SPANS_BETWEEN_SETTLEMENTS === 0) this.#settle();
  }

  /** The trace of a span; undefined if it was dropped. */
  #entryOf(span: SkimmedSpan): TraceEntry | undefined {
    const id = traceIdOf(span);
    const known = this.#entries.get(id);
    if (known !== undefined || this.#evictions.has(id)) return known;
    const run = this.#replayedRun ?? this.#runs.current;
    // Whatever arrived meanwhile is newer.
    const firstMillis = this.#now() - (this.#runs.current - run) * MILLIS_BETWEEN_RUNS;
    const entry = new TraceEntry(id, span, this.#shared, firstMillis, run);
    this.#entries.set(id, entry);
    this.#tracesSeen++;
    return entry;
  }

  /** Notes the traces that have changed, and makes room. */
  #settle(): void {
    for (const entry of this.#changed) {
      entry.revision = entry.spanRevision = ++this.#revision;
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
    this.#reports.forget(entry);
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

function traceIdOf({ bytes, traceIdStart }: SkimmedSpan): string {
  return bytes.toString('hex', traceIdStart, traceIdStart + TRACE_ID_BYTES);
}
