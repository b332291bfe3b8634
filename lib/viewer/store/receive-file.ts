import { readJaegerJson } from '../formats/jaeger-json.js';
import { FormatError, type ReadSpans } from '../formats/json-input.js';
import { readOtlpJson } from '../formats/otlp-json.js';
import { writeOtlpJson } from '../formats/write-otlp-json.js';
import { jsonToProtobuf } from '../otlp/json-to-protobuf.js';
import { LOG_RECORD, LOGS_REQUEST, TRACE_REQUEST } from '../otlp/otlp-schema.js';
import { protobufToJson } from '../otlp/protobuf-to-json.js';
import { type SkimmedLog, skimLogs, traceIdOfLog } from '../otlp/read-log.js';
import { requestOfLogs } from './log-request.js';
import type { TraceStore } from './trace-store.js';

/** What came of a file. */
export interface FileReceipt {
  /** The spans in it. */
  readonly received: number;
  /** Spans without valid ids or times. */
  readonly refused: number;
  /** Spans that the store had already. */
  readonly duplicate: number;
}

/** JSON that is not OTLP as it is sent is read into objects, which take many times its bytes. */
const MAX_OBJECT_BYTES = 32 * 1024 * 1024;
const UNKNOWN = 'neither OTLP, in JSON or protobuf, nor JSON of Jaeger';

/**
 * Stores what a file contains: OTLP in JSON or protobuf, also with a request in each line, as the file exporters of
 * the Collector and of this library write it; lists of requests; exports of Tempo; or the JSON of Jaeger. Records
 * of logs that the store has already are not stored again.
 *
 * @throws FormatError for a file in another format; nothing of it is stored
 */
export function receiveFile(content: Buffer, store: TraceStore): FileReceipt {
  const before = store.counts().spans;
  const refusedCount = receive(content, store);
  const after = store.counts().spans;
  return {
    received: after.received - before.received + refusedCount,
    refused: after.refused - before.refused + refusedCount,
    duplicate: after.duplicate - before.duplicate,
  };
}

/** @returns the number of spans that were refused before the store saw them */
function receive(content: Buffer, store: TraceStore): number {
  const traces = jsonToProtobuf(content, TRACE_REQUEST);
  if (traces === undefined) {
    // A request in protobuf may begin with the same bytes as a text.
    if (store.receiveTraces(content).isReadable) return 0;
  } else {
    const logs = jsonToProtobuf(content, LOGS_REQUEST) ?? Buffer.alloc(0);
    // A file in another format is also JSON whose members OTLP does not have.
    if (traces.length > 0 || logs.length > 0) {
      store.receiveTraces(traces);
      receiveNewLogs(logs, store);
      return 0;
    }
  }
  const { spans, refusedCount } = readObjects(content);
  const json = Buffer.from(writeOtlpJson(spans));
  store.receiveTraces(jsonToProtobuf(json, TRACE_REQUEST) ?? Buffer.alloc(0));
  return refusedCount;
}

function readObjects(content: Buffer): ReadSpans {
  if (!/^\s*[[{]/.test(content.toString('utf8', 0, 100).replace(/^\uFEFF/, ''))) {
    throw new FormatError(`It is ${UNKNOWN}.`);
  }
  if (content.length > MAX_OBJECT_BYTES) {
    throw new FormatError('It is longer than 32 MiB, and not OTLP as it is sent.');
  }
  const text = content.toString();
  for (const read of [readOtlpJson, readJaegerJson]) {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
  throw new FormatError(`It is ${UNKNOWN}.`);
}

/** Records have no ids: those that the store has are told by what they contain. */
function receiveNewLogs(request: Buffer, store: TraceStore): void {
  const known = new Map<string, Set<string>>();
  const contentsOf = (traceId: string): Set<string> =>
    new Set(store.logs.skimmedOf(traceId).map(({ bytes }) => protobufToJson(bytes, LOG_RECORD)));
  const fresh: SkimmedLog[] = [];
  skimLogs(request, (log) => {
    const traceId = traceIdOfLog(log.bytes);
    const contents = known.get(traceId) ?? contentsOf(traceId);
    known.set(traceId, contents);
    if (!contents.has(protobufToJson(log.bytes, LOG_RECORD))) fresh.push(log);
  });
  if (fresh.length > 0) store.receiveLogs(requestOfLogs(fresh));
}
