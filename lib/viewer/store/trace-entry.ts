import { epochMillis } from '../../system-time.js';
import type { SpanRecord } from '../analysis/span-record.js';
import {
  parentFlagOf,
  RowFlag,
  spanIdOfHex,
  type TraceColumns,
  type TraceResource,
} from '../analysis/trace-columns.js';
import { readSpan } from '../otlp/read-span.js';
import type { SkimmedSpan } from '../otlp/skim-spans.js';
import { ByteArena } from './byte-arena.js';
import { assembleColumns, type Gaps } from './gaps.js';
import { NumberedList } from './numbered-list.js';
import type { Origin } from './origin-table.js';
import { emptyOutline, extendOutline, type Outline } from './outline.js';
import { RunningSpans } from './running-spans.js';
import type { SharedParts } from './shared-parts.js';
import { SpanColumns } from './span-columns.js';
import {
  type ColumnSource,
  glancedColumns,
  type StoredColumns,
  storedColumns,
} from './stored-columns.js';

const TWO_TO_32 = 0x1_0000_0000;
/**
 * The objects of an entry without rows and bytes: 2,200 by heap snapshots, and as much again for those of dropped
 * traces, which the garbage collector lets stand until the heap has doubled.
 */
const ENTRY_BYTES = 4_400;
/** Longer names are cut in the columns; the details of a span have them in full. */
const MAX_NAME_BYTES = 4096;
/** The address of a row's bytes is a number of 32 bits. */
const MAX_ARENA_BYTES = TWO_TO_32 - 1;
const NONE = -1;

/** What became of a span. */
export type Acceptance = 'stored' | 'duplicate' | 'refused';

/**
 * One trace: the bytes of its spans, and their columns. Facts, details and parents are computed when somebody
 * looks at the trace.
 */
export class TraceEntry {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** When its first span arrived, in milliseconds of the store's clock. */
  readonly firstArrivalMillis: number;
  /** When its latest span arrived. */
  lastArrivalMillis: number;
  /** The number of the viewer's start in which its first span arrived. */
  readonly run: number;
  /** Whether the user has marked it, so that it stays. */
  isStarred = false;
  /** Counts the changes of all traces; the value of the latest change of this one. */
  revision = 0;
  /** The value of {@link revision} at the latest change of its spans. */
  spanRevision = 0;

  readonly #shared: SharedParts;
  readonly #baseLow: number;
  readonly #baseHigh: number;
  readonly #columns: SpanColumns;
  readonly #strings = new NumberedList<string>();
  readonly #origins = new NumberedList<Origin>();
  readonly #resources = new NumberedList<TraceResource>();
  #arena: ByteArena;
  #deadBytes = 0;
  #running: RunningSpans | undefined;
  #outline: Outline | undefined;
  #gaps: Gaps | undefined;
  #view: WeakRef<StoredColumns> | undefined;

  /** @param first the span that begins the trace; it is not added */
  constructor(id: string, first: SkimmedSpan, shared: SharedParts, nowMillis: number, run = 1) {
    this.id = id;
    this.run = run;
    this.firstArrivalMillis = nowMillis;
    this.lastArrivalMillis = nowMillis;
    this.#shared = shared;
    this.#columns = new SpanColumns(shared.slabs);
    this.#arena = new ByteArena(shared.chunks);
    // A span without a start is placed at its end, one without times at its arrival.
    if (first.startLow !== 0 || first.startHigh !== 0) {
      this.#baseLow = first.startLow;
      this.#baseHigh = first.startHigh;
    } else if (first.endLow !== 0 || first.endHigh !== 0) {
      this.#baseLow = first.endLow;
      this.#baseHigh = first.endHigh;
    } else {
      const nanos = BigInt(Math.floor(epochMillis())) * 1_000_000n;
      this.#baseLow = Number(nanos & 0xffffffffn);
      this.#baseHigh = Number(nanos >> 32n);
    }
  }

  get spanCount(): number {
    return this.#columns.count;
  }

  /** The memory that the trace takes, without what it shares with others. */
  get byteCount(): number {
    const { byteCount } = this.#columns;
    return ENTRY_BYTES + byteCount + this.#arena.capacityBytes + (this.#running?.byteCount ?? 0);
  }

  /** Epoch nanoseconds from which the times of the columns count. */
  get base(): bigint {
    return (BigInt(this.#baseHigh) << 32n) | BigInt(this.#baseLow);
  }

  /**
   * Adds a span. One with the id and kind of an earlier one replaces it: senders repeat requests whose
   * response they have not received. So does the end of a running span, in whatever order they arrive.
   *
   * @param isOpen whether a span without an end is running
   */
  add(span: SkimmedSpan, origin: Origin, nowMillis: number, isOpen = false): Acceptance {
    const { bytes, start, stop, spanIdStart } = span;
    const spanIdHigh = bytes.readUInt32BE(spanIdStart);
    const spanIdLow = bytes.readUInt32BE(spanIdStart + 4);
    const row = this.#columns.find(spanIdLow, spanIdHigh, span.kind);
    const isRunning = isOpen && span.endLow === 0 && span.endHigh === 0;
    if (row !== NONE) {
      const wasRunning = this.#running?.has(row) === true;
      if (isRunning && !wasRunning) return 'duplicate';
      if (isRunning) this.#hear(row, nowMillis);
      if (isRunning === wasRunning && this.#hasSameBytes(row, span)) return 'duplicate';
    }
    if (this.#arena.capacityBytes + (stop - start) > MAX_ARENA_BYTES) return 'refused';
    this.lastArrivalMillis = nowMillis;
    this.#view = undefined;
    this.#gaps = undefined;
    if (row !== NONE) this.#deadBytes += this.#columns.lengthOf(row);
    const originRow = this.#rowOfOrigin(origin);
    const service = this.#rowOfString(origin.resource.facts.service);
    const hasParent = span.parentIdStart !== NONE;
    const startAt =
      this.#offset(span.startLow, span.startHigh) ?? this.#offset(span.endLow, span.endHigh) ?? 0;
    const values = {
      spanIdLow,
      spanIdHigh,
      parentIdLow: hasParent ? bytes.readUInt32BE(span.parentIdStart + 4) : 0,
      parentIdHigh: hasParent ? bytes.readUInt32BE(span.parentIdStart) : 0,
      start: startAt,
      // A span without an end has ended, as far as its sender will ever tell, unless it says otherwise.
      end: isRunning ? NaN : (this.#offset(span.endLow, span.endHigh) ?? startAt),
      name: this.#rowOfString(span.readName(MAX_NAME_BYTES)),
      service,
      resource: this.#resources.numberOf(origin.resource.facts),
      origin: originRow,
      address: this.#arena.add(bytes, start, stop),
      length: stop - start,
      kind: span.kind,
      status: span.statusCode,
      flags: parentFlagOf(span.flags),
    };
    if (row === NONE) {
      const added = this.#columns.add(values);
      if (isRunning) this.#hear(added, nowMillis);
      if (this.#outline !== undefined) extendOutline(this.#outline, this.#columns, added);
      return 'stored';
    }
    this.#columns.set(row, values);
    if (!isRunning) this.#running?.end(row);
    this.#outline = undefined;
    this.#dropDeadBytes();
    return 'duplicate';
  }

  /** The spans that are running. */
  get runningCount(): number {
    return this.#running?.runningCount ?? 0;
  }

  /** The spans without an end of which nothing is heard any more. */
  get silentCount(): number {
    return this.#running?.silentCount ?? 0;
  }

  /** When a process named a span without an end last; -Infinity if all spans have ended. */
  get lastHeardMillis(): number {
    return this.#running?.lastHeardMillis ?? -Infinity;
  }

  /**
   * Notes that the process of a span says that it is running.
   *
   * @returns `unknown` if the trace does not have the span, `changed` if it counted as silent
   */
  hear(span: SkimmedSpan, nowMillis: number): 'unknown' | 'known' | 'changed' {
    const { bytes, spanIdStart, kind } = span;
    const row = this.#columns.find(
      bytes.readUInt32BE(spanIdStart + 4),
      bytes.readUInt32BE(spanIdStart),
      kind,
    );
    if (row === NONE) return 'unknown';
    // Its end was quicker than the report.
    if (this.#running?.has(row) !== true) return 'known';
    return this.#hear(row, nowMillis) ? 'changed' : 'known';
  }

  /**
   * Marks the running spans of which nothing is heard any more. One whose end got lost ends when its process named
   * it last.
   *
   * @param epochMillis the time by the wall clock
   * @param reportedMillis when the process of a row reported last
   * @returns whether there are new ones
   */
  markSilent(
    nowMillis: number,
    epochMillis: number,
    reportedMillis: (row: number) => number | undefined,
  ): boolean {
    const fallen = this.#running?.fallenSilent(nowMillis, reportedMillis) ?? [];
    for (const { row, silence, heardMillis } of fallen) {
      this.#columns.mark(row, silence, true);
      if (silence !== RowFlag.END_LOST) continue;
      const end = this.offsetOf(epochMillis - (nowMillis - heardMillis));
      this.#columns.setEnd(row, Math.max(end, this.#columns.startOf(row)));
      this.#outline = undefined;
    }
    return fallen.length > 0;
  }

  /** Epoch milliseconds as nanoseconds after the base. */
  offsetOf(epochMillis: number): number {
    return Number(BigInt(Math.round(epochMillis)) * 1_000_000n - this.base);
  }

  /** The facts that the list and the retention need; cheap after each batch. */
  outline(): Readonly<Outline> {
    if (this.#outline === undefined) {
      const outline = emptyOutline();
      for (let row = 0; row < this.#columns.count; row++) {
        extendOutline(outline, this.#columns, row);
      }
      this.#outline = outline;
    }
    return this.#outline;
  }

  /** From start to end of a row's span, in nanoseconds; NaN without an end. */
  durationOf(row: number): number {
    return Math.max(0, this.#columns.endOf(row) - this.#columns.startOf(row));
  }

  /** The name of a row's span. */
  nameOf(row: number): string {
    return this.#strings.values[this.#columns.nameOf(row)] ?? '';
  }

  /** The service of a row's span. */
  serviceOf(row: number): string {
    return this.#strings.values[this.#columns.serviceOf(row)] ?? '';
  }

  /** The processes that have sent spans of the trace. */
  get resources(): readonly TraceResource[] {
    return this.#resources.values;
  }

  /** The message `Span` of a row, as a view. */
  bytesOf(row: number): Buffer {
    return this.#arena.view(this.#columns.addressOf(row), this.#columns.lengthOf(row));
  }

  /** Who sent the span of a row. */
  originOf(row: number): Origin {
    return this.#origins.values[this.#columns.originOf(row)] as Origin;
  }

  /** Reads all details of a row's span. */
  read(row: number): SpanRecord {
    const origin = this.originOf(row);
    return readSpan(this.bytesOf(row), origin.resource.read(), origin.readScope());
  }

  /** The rows with a span id; client and server can share it. */
  rowsOf(spanId: string): number[] {
    const id = spanIdOfHex(spanId);
    const { spanIds } = this.#columns.views(false);
    return [...spanIds.keys()].filter((row) => spanIds[row] === id);
  }

  /**
   * The trace for the analysis: its columns are views of the store's, its facts are read from the bytes when
   * somebody asks for them, before the next span arrives. The result is kept for as long as somebody uses it and no span arrives.
   */
  columns(): StoredColumns {
    const kept = this.#view?.deref();
    if (kept !== undefined) return kept;
    this.#assemble();
    const view = storedColumns(this.#source());
    this.#view = new WeakRef(view);
    return view;
  }

  /**
   * The trace for who looks at the facts of few of its spans: these are read when somebody asks for them. Valid until
   * the next span arrives, or the trace is dropped.
   */
  glance(): TraceColumns {
    this.#assemble();
    return glancedColumns(this.#source());
  }

  /** What is missing in the trace as of now. */
  gaps(): Readonly<Gaps> {
    return this.#assemble();
  }

  /** Gives back what is shared with other traces. The entry is not used afterwards. */
  release(): void {
    for (const text of this.#strings.values) this.#shared.strings.release(text);
    for (const origin of this.#origins.values) this.#shared.origins.release(origin);
    this.#arena.release();
    this.#columns.release();
  }

  /** Brings the column of parents up to date. */
  #assemble(): Gaps {
    this.#gaps ??= assembleColumns(this.#columns);
    return this.#gaps;
  }

  #source(): ColumnSource {
    return {
      traceId: this.id,
      base: this.base,
      columns: this.#columns,
      strings: this.#strings.values,
      resources: this.#resources.values,
      bytesOf: (row) => this.bytesOf(row),
    };
  }

  /** @returns whether the span begins to count as running */
  #hear(row: number, nowMillis: number): boolean {
    this.#running ??= new RunningSpans();
    if (!this.#running.hear(row, nowMillis)) return false;
    this.#columns.mark(row, RowFlag.PROCESS_GONE | RowFlag.END_LOST, false);
    this.#columns.setEnd(row, NaN);
    return true;
  }

  /** Nanoseconds after the base; undefined for a time that was not sent. */
  #offset(low: number, high: number): number | undefined {
    if (low === 0 && high === 0) return undefined;
    return (high - this.#baseHigh) * TWO_TO_32 + (low - this.#baseLow);
  }

  #hasSameBytes(row: number, { bytes, start, stop }: SkimmedSpan): boolean {
    if (this.#columns.lengthOf(row) !== stop - start) return false;
    return bytes.compare(this.bytesOf(row), 0, stop - start, start, stop) === 0;
  }

  #rowOfString(text: string): number {
    const row = this.#strings.numberOf(text);
    return row === NONE ? this.#strings.add(this.#shared.strings.hold(text)) : row;
  }

  #rowOfOrigin(origin: Origin): number {
    const row = this.#origins.numberOf(origin);
    if (row !== NONE) return row;
    this.#shared.origins.holdAgain(origin);
    const { facts } = origin.resource;
    if (this.#resources.numberOf(facts) === NONE) this.#resources.add(facts);
    return this.#origins.add(origin);
  }

  /** Copies the arena once half of it is bytes of replaced spans. */
  #dropDeadBytes(): void {
    if (this.#deadBytes * 2 < this.#arena.capacityBytes) return;
    const arena = new ByteArena(this.#shared.chunks);
    for (let row = 0; row < this.#columns.count; row++) {
      const bytes = this.bytesOf(row);
      this.#columns.setAddress(row, arena.add(bytes, 0, bytes.length));
    }
    this.#arena.release();
    this.#arena = arena;
    this.#deadBytes = 0;
  }
}
