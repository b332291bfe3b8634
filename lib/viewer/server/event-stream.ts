import type { ServerResponse } from 'node:http';
import { ARRIVING_MILLIS } from '../store/assembly.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';
import { SAFE_HEADERS } from './answers.js';
import { orderedTraces, rowOfTrace, type TraceRow } from './trace-row.js';

/** Changes are collected for this time, so that a reader gets ten messages a second at most. */
const TICK_MILLIS = 100;
/** Proxies and browsers close connections on which nothing is sent. */
const HEARTBEAT_MILLIS = 15_000;
/** A reader that has not taken so much gets no changes, and then a snapshot. */
const MAX_BEHIND_BYTES = 1024 * 1024;
/** The rows of a snapshot, and the most rows of a message. */
const MAX_ROWS = 500;
const MAX_READERS = 32;

interface Reader {
  readonly response: ServerResponse;
  /** The latest change that it has been sent; undefined if it needs a snapshot. */
  revision: number | undefined;
}

/** A message about traces. */
interface TracesMessage {
  /** `snapshot`: these are the newest traces, and the reader drops what it had. */
  readonly event: 'traces' | 'snapshot';
  readonly rows: readonly TraceRow[];
  readonly removed: readonly string[];
}

/**
 * Tells the readers of a page what changes, as server-sent events: `snapshot` with the newest traces for a new
 * reader, then `traces` with the rows that have changed and the ids of those that are gone, and `counts`. The
 * id of an event is the revision of the store, so that a reader which comes back gets what it has missed.
 */
export class EventStream {
  readonly #store: TraceStore;
  readonly #counts: () => unknown;
  readonly #readers = new Set<Reader>();
  /** The traces whose latest row was not final: time changes their state. */
  readonly #unsettled = new Set<TraceEntry>();
  #seenRevision = 0;
  #timer: NodeJS.Timeout | undefined;
  #sinceHeartbeat = 0;

  /** @param counts the content of the event `counts` */
  constructor(store: TraceStore, counts: () => unknown) {
    this.#store = store;
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
   * @param lastEventId of its earlier connection
   * @returns false if there are too many readers; nothing was sent then
   */
  add(response: ServerResponse, lastEventId: string | undefined): boolean {
    if (this.#readers.size >= MAX_READERS) return false;
    response.writeHead(200, {
      ...SAFE_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
    });
    const known = Number(lastEventId ?? NaN);
    const isKnown = Number.isInteger(known) && known >= 0 && known <= this.#store.revision;
    const reader: Reader = { response, revision: isKnown ? known : undefined };
    this.#readers.add(reader);
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

  /** The traces whose state has changed since it was sent, because time has passed. */
  #takeSettled(): TraceEntry[] {
    const settled: TraceEntry[] = [];
    for (const entry of this.#unsettled) {
      if (this.#store.nowMillis - entry.lastArrivalMillis < ARRIVING_MILLIS) continue;
      // A trace that was dropped has given its memory back.
      const isThere = this.#store.get(entry.id) === entry;
      if (isThere && rowOfTrace(entry, this.#store).state === 'arriving') continue;
      this.#unsettled.delete(entry);
      if (isThere) settled.push(entry);
    }
    return settled;
  }

  #sendTo(readers: readonly Reader[], settled: readonly TraceEntry[] = []): void {
    this.#sinceHeartbeat = 0;
    const { revision } = this.#store;
    const counts = messageOf('counts', revision, this.#counts());
    // Readers that are equally far get the same text.
    const messages = new Map<number | undefined, string>();
    for (const reader of readers) {
      const isNext = reader.revision !== undefined;
      let text = messages.get(reader.revision);
      if (text === undefined) {
        const message = this.#messageSince(reader.revision, settled);
        const { event, rows, removed } = message;
        const isEmpty = isNext && event === 'traces' && rows.length === 0 && removed.length === 0;
        text = (isEmpty ? '' : messageOf(event, revision, { rows, removed })) + counts;
        messages.set(reader.revision, text);
      }
      reader.revision = revision;
      reader.response.write(text);
    }
  }

  #messageSince(revision: number | undefined, settled: readonly TraceEntry[]): TracesMessage {
    const removed = revision === undefined ? undefined : this.#store.evictionsSince(revision);
    if (revision === undefined || removed === undefined) return this.#snapshot();
    const changed = new Set(settled);
    for (const entry of this.#store.entries()) if (entry.revision > revision) changed.add(entry);
    if (changed.size > MAX_ROWS || removed.length > MAX_ROWS) return this.#snapshot();
    const rows = [...changed].map((entry) => this.#rowOf(entry));
    return { event: 'traces', rows, removed: removed.map(({ id }) => id) };
  }

  #snapshot(): TracesMessage {
    const newest = orderedTraces(this.#store, 'newest').slice(0, MAX_ROWS);
    return { event: 'snapshot', rows: newest.map((entry) => this.#rowOf(entry)), removed: [] };
  }

  #rowOf(entry: TraceEntry): TraceRow {
    const row = rowOfTrace(entry, this.#store);
    if (row.state === 'arriving') this.#unsettled.add(entry);
    return row;
  }
}

function messageOf(event: string, id: number, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
