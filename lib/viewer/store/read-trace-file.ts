import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { type FileReceipt, receiveFile } from './receive-file.js';
import type { TraceStore } from './trace-store.js';

/** Longer files are read in pieces of whole lines. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;
const MAX_PIECE_BYTES = 8 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * Reads a file of traces into the store: OTLP in JSON or protobuf, or the JSON of Jaeger.
 *
 * @returns what was read, as a sentence
 * @throws Error if the file cannot be read, or is of another format
 */
export async function readTraceFile(path: string, store: TraceStore): Promise<string> {
  const { size } = await stat(path);
  const { received, refused } =
    size <= MAX_WHOLE_BYTES
      ? readWhole(await readFile(path), path, store)
      : await readLines(path, store);
  return `${path}: ${received} spans${refused === 0 ? '' : `, ${refused} of them refused`}`;
}

function readWhole(content: Buffer, path: string, store: TraceStore): FileReceipt {
  try {
    return receiveFile(content, store);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
}

async function readLines(path: string, store: TraceStore): Promise<FileReceipt> {
  let rest: Buffer = Buffer.alloc(0);
  const receipts: FileReceipt[] = [];
  const take = (lines: Buffer): void => {
    try {
      receipts.push(receiveFile(lines, store));
    } catch {
      throw new Error(
        `${path} is longer than 64 MiB, and its lines are not requests in OTLP/JSON.`,
      );
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: MAX_PIECE_BYTES })) {
    const piece = Buffer.concat([rest, chunk as Buffer]);
    const end = piece.lastIndexOf(LINE_FEED) + 1;
    if (end === 0 && piece.length > MAX_WHOLE_BYTES) {
      throw new Error(`${path} has a line that is longer than 64 MiB.`);
    }
    if (end > 0) take(piece.subarray(0, end));
    rest = piece.subarray(end);
  }
  if (rest.toString().trim() !== '') take(rest);
  const sum = (count: keyof FileReceipt): number =>
    receipts.reduce((total, receipt) => total + receipt[count], 0);
  return { received: sum('received'), refused: sum('refused'), duplicate: sum('duplicate') };
}
