import { close, fstat, read } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TraceStore } from '../store/trace-store.js';
import type { Journal, OldSegment } from './journal.js';
import type { JournalFolder } from './journal-folder.js';
import { RUN_RECORD, recordsOf, startOfRun } from './journal-record.js';

/** The event loop turns after this time, so that spans are received meanwhile. */
const SLICE_MILLIS = 20;
/** The share of the store's memory that bodies of earlier runs may fill. */
const OLD_SHARE = 1 / 2;

const readFrom = promisify(read);
const closeFile = promisify(close);
const statOf = promisify(fstat);

/**
 * Gives a store what earlier runs have left in the journal, while the viewer is receiving. Where that is more than
 * half of the store's memory, the oldest segments are left out.
 *
 * It ends early when everything is dropped, or the journal is closed.
 *
 * @param maxBytes the memory of the store
 * @throws Error by rejection if a segment cannot be read; the others were read by then
 */
export async function replayJournal(
  journal: Journal,
  folder: JournalFolder,
  store: TraceStore,
  maxBytes: number,
): Promise<void> {
  const segments: { readonly file: number; readonly length: number }[] = [];
  let firstError: unknown;
  try {
    let byteCount = 0;
    for (const segment of journal.old.toReversed()) {
      try {
        const opened = await openSegment(folder, segment);
        segments.unshift(opened);
        byteCount += opened.length;
      } catch (error) {
        firstError ??= error;
      }
      if (byteCount > maxBytes * OLD_SHARE) break;
    }
    for (const { file, length } of segments) {
      try {
        await replaySegment(await readSegment(file, length), journal, store);
      } catch (error) {
        firstError ??= error;
      }
    }
  } finally {
    for (const { file } of segments) await closeFile(file);
  }
  if (firstError !== undefined && journal.isOldWanted) throw firstError;
}

/** Opened before anything is read, so that a segment that is removed meanwhile can still be read. */
async function openSegment(
  folder: JournalFolder,
  { name, end }: OldSegment,
): Promise<{ file: number; length: number }> {
  const file = folder.open(name);
  return { file, length: end ?? (await statOf(file)).size };
}

async function readSegment(file: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let position = 0;
  while (position < length) {
    const { bytesRead } = await readFrom(file, bytes, position, length - position, position);
    if (bytesRead === 0) break;
    position += bytesRead;
  }
  return bytes.subarray(0, position);
}

async function replaySegment(segment: Buffer, journal: Journal, store: TraceStore): Promise<void> {
  let sliceEnd = performance.now() + SLICE_MILLIS;
  for (const record of recordsOf(segment)) {
    if (!journal.isOldWanted) return;
    const { kind, run, payload } = record;
    if (kind === RUN_RECORD) {
      store.runs.note(run, startOfRun(record));
    } else {
      store.replay(kind, payload, run);
      journal.countReplayed();
    }
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + SLICE_MILLIS;
  }
}
