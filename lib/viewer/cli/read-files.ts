import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { readJaegerJson } from '../formats/jaeger-json.js';
import { writeOtlpJson } from '../formats/write-otlp-json.js';
import { jsonToProtobuf } from '../otlp/json-to-protobuf.js';
import { TRACE_REQUEST } from '../otlp/otlp-schema.js';
import type { TraceStore } from '../store/trace-store.js';

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
  const before = store.counts().spans;
  const { size } = await stat(path);
  if (size <= MAX_WHOLE_BYTES) readWhole(await readFile(path), path, store);
  else await readLines(path, store);
  const { received, refused } = store.counts().spans;
  const spanCount = received - before.received;
  const refusedCount = refused - before.refused;
  const rest = refusedCount === 0 ? '' : `, ${refusedCount} of them refused`;
  return `${path}: ${spanCount} spans${rest}`;
}

function readWhole(content: Buffer, path: string, store: TraceStore): void {
  const otlp = jsonToProtobuf(content, TRACE_REQUEST);
  if (otlp !== undefined) {
    store.receiveTraces(otlp);
    // A file of Jaeger is also JSON whose members OTLP does not have.
    if (otlp.length > 0) return;
  } else if (!isText(content) && store.receiveTraces(content).isReadable) {
    return;
  }
  const { spans } = readJaeger(content, path);
  const json = Buffer.from(writeOtlpJson(spans));
  store.receiveTraces(jsonToProtobuf(json, TRACE_REQUEST) ?? Buffer.alloc(0));
}

function readJaeger(content: Buffer, path: string): ReturnType<typeof readJaegerJson> {
  try {
    return readJaegerJson(content.toString());
  } catch {
    throw new Error(`${path} is neither OTLP, in JSON or protobuf, nor JSON of Jaeger.`);
  }
}

/** Whether the bytes begin as JSON does. */
function isText(content: Buffer): boolean {
  return /^\s*[[{]/.test(content.toString('latin1', 0, 100));
}

async function readLines(path: string, store: TraceStore): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  const take = (lines: Buffer): void => {
    const otlp = jsonToProtobuf(lines, TRACE_REQUEST);
    if (otlp === undefined) {
      throw new Error(
        `${path} is longer than 64 MiB, and its lines are not requests in OTLP/JSON.`,
      );
    }
    store.receiveTraces(otlp);
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
}
