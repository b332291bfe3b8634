import { closeSync, fstatSync, ftruncateSync, readSync, write } from 'node:fs';
import { promisify } from 'node:util';
import type { Diagnostics } from '../../diagnostics.js';
import { epochMillis } from '../../system-time.js';
import type { BodyKeeper, BodyKind, KeeperCounts } from '../store/body-keeper.js';
import type { JournalFolder } from './journal-folder.js';
import {
  headOfRecord,
  type JournalRecord,
  RECORD_HEAD_BYTES,
  recordsOf,
  runRecord,
  SEGMENT_HEAD,
} from './journal-record.js';

const MIB = 1024 * 1024;
/** The journal takes 64 MiB at most. */
const MAX_SEGMENTS = 8;
const MAX_SEGMENT_BYTES = 8 * MIB;
/** What waits to be written. */
const MAX_QUEUED_BYTES = 16 * MIB;
/** What is written at once. */
const MAX_WRITE_BYTES = MIB;
/** How long the end of the viewer waits for what is not written yet. */
const MAX_CLOSE_MILLIS = 2_000;

const writeTo = promisify(write);

/** A part of the journal from earlier runs. */
export interface OldSegment {
  readonly name: string;
  /** Where its last whole record ends; undefined for a segment that was not read yet. */
  readonly end: number | undefined;
}

/** How long parts of a journal may be. @default 8 segments of 8 MiB */
export interface JournalLimits {
  readonly maxSegments: number;
  readonly maxSegmentBytes: number;
}

const DEFAULT_LIMITS = { maxSegments: MAX_SEGMENTS, maxSegmentBytes: MAX_SEGMENT_BYTES };

/**
 * Keeps the bodies that a viewer takes in files, so that its traces survive a restart. Only the process that has the
 * port of the viewer opens its journal. A body is written soon after it was taken; nobody waits for it. Where the
 * disk is full or slow, bodies are left out and counted, and the viewer goes on.
 */
export class Journal implements BodyKeeper {
  /** The number of this start of the viewer. */
  readonly run: number;
  /** What earlier runs have left, from the oldest to the newest. */
  readonly old: readonly OldSegment[];
  readonly #folder: JournalFolder;
  readonly #diagnostics: Diagnostics;
  readonly #limits: JournalLimits;
  readonly #startedMillis: number = epochMillis();
  readonly #names: string[];
  #file: number | undefined;
  #fileBytes = 0;
  #queue: JournalRecord[] = [];
  #queuedBytes = 0;
  #writing: Promise<void> | undefined;
  #isClearing = false;
  #isClosed = false;
  #hasFailed = false;
  #clearCount = 0;
  #written = 0;
  #dropped = 0;
  #replayed = 0;

  /**
   * Opens the journal. It reads the newest segment, which takes some milliseconds: the number of the run must be
   * known before the first body comes.
   *
   * @throws Error if files cannot be read
   */
  constructor(
    folder: JournalFolder,
    diagnostics: Diagnostics,
    limits: JournalLimits = DEFAULT_LIMITS,
  ) {
    this.#folder = folder;
    this.#diagnostics = diagnostics;
    this.#limits = limits;
    this.#names = folder.segments();
    const { run, end } = this.#openNewest();
    this.run = run + 1;
    this.old = this.#names.map((name, i) => ({
      name,
      end: i === this.#names.length - 1 ? end : undefined,
    }));
    this.#put(runRecord(this.run, this.#startedMillis));
  }

  get counts(): KeeperCounts {
    return { written: this.#written, dropped: this.#dropped, replayed: this.#replayed };
  }

  /** Notes that a body of an earlier run was read again. */
  countReplayed(): void {
    this.#replayed++;
  }

  /** Whether what earlier runs have left is still wanted. */
  get isOldWanted(): boolean {
    return this.#clearCount === 0 && !this.#isClosed;
  }

  append(kind: BodyKind, body: Buffer): void {
    const byteCount = body.length + RECORD_HEAD_BYTES;
    if (SEGMENT_HEAD.length + byteCount > this.#limits.maxSegmentBytes) {
      this.#drop(1, 'A request is too long for the journal of the trace viewer');
    } else if (this.#hasFailed || this.#isClosed) {
      this.#dropped++;
    } else if (this.#queuedBytes + byteCount > MAX_QUEUED_BYTES) {
      this.#drop(1, 'The journal of the trace viewer is slower than its senders');
    } else {
      this.#put({ kind, run: this.run, payload: body });
    }
  }

  clear(): void {
    this.#clearCount++;
    this.#queue = [];
    this.#queuedBytes = 0;
    if (this.#isClosed) return;
    this.#isClearing = true;
    this.#writing ??= this.#write();
  }

  /** Resolves when all bodies so far are written, or dropped. Never rejects. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Writes what waits, and closes the files. Never rejects. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, MAX_CLOSE_MILLIS);
    });
    await Promise.race([this.flush(), late]);
    clearTimeout(timer);
    // A write that hangs closes the file when it ends.
    if (this.#writing === undefined) this.#closeFile();
  }

  #put(record: JournalRecord): void {
    this.#queue.push(record);
    this.#queuedBytes += record.payload.length + RECORD_HEAD_BYTES;
    this.#writing ??= this.#write();
  }

  #drop(count: number, cause: string): void {
    this.#dropped += count;
    this.#diagnostics.report(`${cause}; its traces will be gone after a restart`);
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    // The receiver has the rest of its turn for itself.
    await Promise.resolve();
    try {
      while (this.#isClearing || this.#queue.length > 0) {
        if (this.#isClearing) await this.#removeAll();
        else await this.#writeNext();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#writing = undefined;
    if (this.#isClosed) this.#closeFile();
    else if (this.#isClearing || this.#queue.length > 0) this.#writing = this.#write();
  }

  /** Writes records that fit into the segment, up to a mebibyte. */
  async #writeNext(): Promise<void> {
    const records: JournalRecord[] = [];
    let byteCount = 0;
    for (const record of this.#queue) {
      const next = byteCount + RECORD_HEAD_BYTES + record.payload.length;
      const isFull = this.#fileBytes + next > this.#limits.maxSegmentBytes;
      if (records.length > 0 && (isFull || next > MAX_WRITE_BYTES)) break;
      if (this.#file === undefined || isFull) {
        await this.#writeSegmentHead();
        return;
      }
      records.push(record);
      byteCount = next;
    }
    const bytes = Buffer.concat(
      records.flatMap((record) => [headOfRecord(record), record.payload]),
    );
    await this.#writeBytes(bytes);
    // Not where everything was dropped meanwhile.
    if (this.#queue[0] !== records[0]) return;
    this.#queue.splice(0, records.length);
    this.#queuedBytes -= bytes.length;
    this.#written += records.length;
  }

  /** Begins a segment, which says when the run began: its first segment is removed some time. */
  async #writeSegmentHead(): Promise<void> {
    this.#closeFile();
    const name = this.#folder.nameAfter(this.#names.at(-1));
    this.#file = this.#folder.create(name);
    this.#names.push(name);
    while (this.#names.length > this.#limits.maxSegments) this.#removeOldest();
    const record = runRecord(this.run, this.#startedMillis);
    await this.#writeBytes(Buffer.concat([SEGMENT_HEAD, headOfRecord(record), record.payload]));
  }

  async #writeBytes(bytes: Buffer): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await writeTo(
        this.#file as number,
        bytes,
        written,
        bytes.length - written,
        this.#fileBytes + written,
      );
      written += bytesWritten;
    }
    this.#fileBytes += bytes.length;
  }

  /** Gives up until everything is dropped, which makes room. */
  #fail(error: unknown): void {
    this.#isClearing = false;
    this.#dropped += this.#queue.length;
    this.#queue = [];
    this.#queuedBytes = 0;
    if (!this.#hasFailed) {
      this.#diagnostics.say(
        `The journal of the trace viewer cannot be written (${(error as Error).message}). The viewer goes on without it; its traces will be gone after a restart.`,
      );
    }
    this.#hasFailed = true;
    try {
      // What was written in part would hide what the next run appends.
      if (this.#file !== undefined) ftruncateSync(this.#file, this.#fileBytes);
    } catch {
      // The next run does it.
    }
    this.#closeFile();
  }

  /** The room on the disk may be enough again. */
  async #removeAll(): Promise<void> {
    this.#isClearing = false;
    this.#hasFailed = false;
    this.#closeFile();
    while (this.#names.length > 0) this.#removeOldest();
    // The next run continues the count.
    await this.#writeSegmentHead();
  }

  /**
   * Opens the newest segment to append to it: a segment for each start would leave no room for earlier ones.
   *
   * @returns the latest run of which there is a record, and where that segment ends
   */
  #openNewest(): { readonly run: number; readonly end: number | undefined } {
    const { maxSegments, maxSegmentBytes } = this.#limits;
    while (this.#names.length > maxSegments) this.#removeOldest();
    for (let name = this.#names.at(-1); name !== undefined; name = this.#names.at(-1)) {
      const file = this.#folder.open(name);
      const { run, end } = latestOf(readWhole(file, maxSegmentBytes));
      if (run > 0) {
        // A torn record would hide those that are appended.
        ftruncateSync(file, end);
        this.#file = file;
        this.#fileBytes = end;
        return { run, end };
      }
      closeSync(file);
      this.#folder.remove(name);
      this.#names.pop();
    }
    return { run: 0, end: undefined };
  }

  #removeOldest(): void {
    const name = this.#names.shift();
    if (name !== undefined) this.#folder.remove(name);
  }

  #closeFile(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    this.#fileBytes = 0;
  }
}

/** The latest run in a segment, 0 without one, and where its last whole record ends. */
function latestOf(segment: Buffer): { readonly run: number; readonly end: number } {
  const records = recordsOf(segment);
  let run = 0;
  for (let next = records.next(); ; next = records.next()) {
    if (next.done) return { run, end: next.value };
    run = Math.max(run, next.value.run);
  }
}

function readWhole(file: number, maxBytes: number): Buffer {
  const bytes = Buffer.alloc(Math.min(fstatSync(file).size, maxBytes));
  let length = 0;
  for (;;) {
    const readCount = readSync(file, bytes, length, bytes.length - length, length);
    length += readCount;
    if (readCount === 0 || length === bytes.length) return bytes.subarray(0, length);
  }
}
