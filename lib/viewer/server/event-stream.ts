import type { ServerResponse } from 'node:http';
import type { GraphEventJson } from '../api/graph-json.js';
import type { TraceRow } from '../api/trace-row.js';
import { ARRIVING_MILLIS, assembledState, MISSING_AFTER_MILLIS } from '../store/assembly.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';
import { SAFE_HEADERS } from './answers.js';
import type { ListFilter } from './list-filter.js';
import type { RowHeadlines } from './row-headlines.js';
import { orderedTraces, rowOfTrace } from './trace-row.js';

/** Changes are collected for this time, so that a reader gets ten messages a second at most. */
const TICK_MILLIS = 100;
/** Proxies and browsers close connections on which nothing is sent. */
const HEARTBEAT_MILLIS = 15_000;
/** A reader that has not taken so much gets no changes, and then a snapshot. */
const MAX_BEHIND_BYTES = 1024 * 1024;
/** The rows of a snapshot, and the most rows of a message. */
const MAX_ROWS = 500;
const MAX_READERS = 32;
/** The graph changes with each trace, and a page asks for all of it. */
const GRAPH_TICKS = 10;

/** In one message, sentences of rows are computed for this time; the others come with the next one. */
const HEADLINE_MILLIS = 20;
/** If sentences of more traces wait, the oldest settle without one; the list computes it when it is loaded. */
const MAX_WAITING_HEADLINES = 2_000;
/** While spans of a longer trace arrive, it is not matched with each message. */
const MAX_ARRIVING_SPANS = 2_000;

interface Reader {
  readonly response: ServerResponse;
  readonly filter: ListFilter;
  /** The latest change that it has been sent; undefined if it needs a snapshot. */
  revision: number | undefined;
  /** When it was sent its latest message, by the clock of the store. */
  sentAtMillis: number;
}

/** A message about traces. */
interface TracesMessage {
  /**
   * `snapshot`: these are the newest traces, and the reader drops what it had. `stale`: a reader with a query
   * asks for the list again, because a search can take longer than a message may.
   */
  readonly event: 'traces' | 'snapshot' | 'stale';
  readonly rows: readonly TraceRow[];
  readonly removed: readonly string[];
}

/**
 * Tells the readers of a page what changes, as server-sent events: `snapshot` with the newest traces for a new
 * reader, then `traces` with the rows that have changed and the ids of those that are gone, and `counts`. The
 * id of an event is the revision of the store, so that a reader which comes back gets what it has missed.
 * `graph` says at most once a second that the service graph has changed.
 */
export class EventStream {
  readonly #store: TraceStore;
  readonly #counts: () => unknown;
  readonly #headlines: RowHeadlines;
  readonly #readers = new Set<Reader>();
  /** The traces whose latest row was not final: time changes their state. */
  readonly #unsettled = new Set<TraceEntry>();
  #seenRevision = 0;
  #timer: NodeJS.Timeout | undefined;
  #sinceHeartbeat = 0;
  #sentGraph = 0;
  #sinceGraph = 0;

  /** @param counts the content of the event `counts` */
  constructor(store: TraceStore, counts: () => unknown, headlines: RowHeadlines) {
    this.#store = store;
    this.#headlines = headlines;
    this.#counts = counts;
  }

  get readerCount(): number {
    return this.#readers.size;
  }

  /** The bytes that readers have not taken. */
  get waitingBytes(): number {
    return [...this.#readers].reduce((sum, { response }) => sum + response.writableLength, 0);
  }

  /**
   * Adds a reader.
   *
   * @param since the latest event of its earlier connection, or the revision of the list that it has
   * @param filter of the traces that it is told of
   * @returns false if there are too many readers; nothing was sent then
   */
  add(response: ServerResponse, since: string | undefined, filter: ListFilter): boolean {
    if (this.#readers.size >= MAX_READERS) return false;
    response.writeHead(200, {
      ...SAFE_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
    });
    const known = Number(since ?? NaN);
    const isKnown = Number.isInteger(known) && known >= 0 && known <= this.#store.revision;
    const revision = isKnown ? known : undefined;
    // What arrived until now can be in the reader's list.
    const reader: Reader = { response, filter, revision, sentAtMillis: this.#store.nowMillis };
    this.#readers.add(reader);
    this.#watchUnsettled();
    response.once('close', () => this.#remove(reader));
    this.#sendTo([reader]);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MILLIS).unref();
    return true;
  }

  /** Ends all streams. */
  close(): void {
    for (const { response } of [...this.#readers]) response.end();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #remove(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unsettled.clear();
  }

  #tick(): void {
    this.#store.sweep();
    const settled = this.#takeSettled();
    const hasChanged = this.#store.revision !== this.#seenRevision;
    this.#seenRevision = this.#store.revision;
    const waiting = [...this.#readers].filter(
      ({ response, revision }) =>
        response.writableLength === 0 ||
        (revision !== undefined && response.writableLength < MAX_BEHIND_BYTES),
    );
    for (const reader of this.#readers) {
      if (!waiting.includes(reader)) reader.revision = undefined;
    }
    this.#tellGraph(waiting);
    if (
      hasChanged ||
      settled.length > 0 ||
      waiting.some(({ revision }) => revision === undefined)
    ) {
      this.#sendTo(waiting, settled);
      return;
    }
    this.#sinceHeartbeat += TICK_MILLIS;
    if (this.#sinceHeartbeat < HEARTBEAT_MILLIS) return;
    this.#sinceHeartbeat = 0;
    for (const { response } of waiting) response.write(':\n\n');
  }

  /** Without an id: an event with one would say that its reader has all changes of traces. */
  #tellGraph(readers: readonly Reader[]): void {
    this.#sinceGraph++;
    const { revision } = this.#store.graph;
    if (revision === this.#sentGraph || this.#sinceGraph < GRAPH_TICKS) return;
    this.#sentGraph = revision;
    this.#sinceGraph = 0;
    const event: GraphEventJson = { revision };
    for (const { response } of readers) {
      response.write(`event: graph\ndata: ${JSON.stringify(event)}\n\n`);
    }
  }

  /** A new reader can have rows from its list that are not final. */
  #watchUnsettled(): void {
    for (const entry of this.#store.entries()) {
      const quietMillis = this.#store.nowMillis - entry.lastArrivalMillis;
      if (quietMillis < MISSING_AFTER_MILLIS) this.#unsettled.add(entry);
    }
  }

  /** The traces whose state has changed since it was sent, because time has passed, with their sentences. */
  #takeSettled(): TraceEntry[] {
    const settled: TraceEntry[] = [];
    const end = performance.now() + HEADLINE_MILLIS;
    // The newest first: their rows are at the top of the list.
    const unsettled = [...this.#unsettled].reverse();
    for (const [index, entry] of unsettled.entries()) {
      if (this.#store.nowMillis - entry.lastArrivalMillis < ARRIVING_MILLIS) continue;
      // A trace that was dropped has given its memory back.
      const isThere = this.#store.get(entry.id) === entry;
      if (isThere && assembledState(entry, this.#store.nowMillis).state === 'arriving') continue;
      if (isThere && !this.#headlines.isKnown(entry)) {
        const hasTime = performance.now() < end;
        if (!hasTime && index < MAX_WAITING_HEADLINES) continue;
        if (hasTime) this.#headlines.headlineOf(entry);
      }
      this.#unsettled.delete(entry);
      if (isThere) settled.push(entry);
    }
    return settled;
  }

  #sendTo(readers: readonly Reader[], settled: readonly TraceEntry[] = []): void {
    this.#sinceHeartbeat = 0;
    const { revision, nowMillis } = this.#store;
    const counts = messageOf('counts', revision, this.#counts());
    // Readers that are equally far and have the same filter get the same text.
    const messages = new Map<string, string>();
    for (const reader of readers) {
      const isNext = reader.revision !== undefined;
      const key = `${reader.revision} ${reader.sentAtMillis} ${reader.filter.key}`;
      let text = messages.get(key);
      if (text === undefined) {
        const { event, rows, removed } = this.#messageFor(reader, settled);
        const isEmpty = isNext && event === 'traces' && rows.length === 0 && removed.length === 0;
        text = (isEmpty ? '' : messageOf(event, revision, { rows, removed })) + counts;
        messages.set(key, text);
      }
      reader.revision = revision;
      reader.sentAtMillis = nowMillis;
      reader.response.write(text);
    }
  }

  #messageFor(reader: Reader, settled: readonly TraceEntry[]): TracesMessage {
    const { revision, filter } = reader;
    const evictions = revision === undefined ? undefined : this.#store.evictionsSince(revision);
    if (revision === undefined || evictions === undefined) return this.#anew(filter);
    const changed = new Set(settled);
    for (const entry of this.#store.entries()) if (entry.revision > revision) changed.add(entry);
    if (changed.size > MAX_ROWS || evictions.length > MAX_ROWS) return this.#anew(filter);
    const rows: TraceRow[] = [];
    const removed = evictions.map(({ id }) => id);
    for (const entry of changed) {
      if (filter.key === '') rows.push(this.#rowOf(entry));
      else if (this.#isMatchedLater(entry)) this.#unsettled.add(entry);
      else if (filter.matches(entry, this.#store)) rows.push(this.#rowOf(entry));
      // A trace that matched before can be in the reader's list; one that is new to it cannot.
      else if (entry.firstArrivalMillis <= reader.sentAtMillis) removed.push(entry.id);
    }
    return { event: 'traces', rows, removed };
  }

  #isMatchedLater(entry: TraceEntry): boolean {
    const quietMillis = this.#store.nowMillis - entry.lastArrivalMillis;
    return entry.spanCount > MAX_ARRIVING_SPANS && quietMillis < ARRIVING_MILLIS;
  }

  /** The message for a reader that has missed too much. */
  #anew({ key }: ListFilter): TracesMessage {
    if (key !== '') return { event: 'stale', rows: [], removed: [] };
    const newest = orderedTraces(this.#store, 'newest').slice(0, MAX_ROWS);
    return { event: 'snapshot', rows: newest.map((entry) => this.#rowOf(entry)), removed: [] };
  }

  /** Its sentence follows, if it is not known yet. */
  #rowOf(entry: TraceEntry): TraceRow {
    const row = rowOfTrace(entry, this.#store, (settled) => this.#headlines.known(settled));
    const hasWaited = this.#unsettled.size >= MAX_WAITING_HEADLINES;
    if (row.state === 'arriving' || (!this.#headlines.isKnown(entry) && !hasWaited)) {
      this.#unsettled.add(entry);
    }
    return row;
  }
}

function messageOf(event: string, id: number, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
