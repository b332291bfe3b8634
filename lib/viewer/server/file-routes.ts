import type { IncomingMessage, ServerResponse } from 'node:http';
import { FormatError } from '../formats/json-input.js';
import { LOGS_REQUEST, TRACE_REQUEST } from '../otlp/otlp-schema.js';
import { protobufToJson } from '../otlp/protobuf-to-json.js';
import { requestOfLogs } from '../store/log-request.js';
import { type FileReceipt, receiveFile } from '../store/receive-file.js';
import type { TraceEntry } from '../store/trace-entry.js';
import { requestOfTrace } from '../store/trace-request.js';
import type { TraceStore } from '../store/trace-store.js';
import { type Answers, SAFE_HEADERS, UNREAD_MILLIS } from './answers.js';
import { type Intake, type IntakeRefusal, isRefusal } from './intake.js';
import { readListFilter } from './list-filter.js';
import { searchTraces } from './search-traces.js';

/** What these routes need. */
export interface FileRouteParts {
  readonly store: TraceStore;
  readonly answers: Answers;
  readonly intake: Intake;
}

/** A request for a file of traces. */
export interface FileRequest {
  readonly method: string;
  readonly search: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Writes traces to files, and takes files in. */
export class FileRoutes {
  readonly #parts: FileRouteParts;

  constructor(parts: FileRouteParts) {
    this.#parts = parts;
  }

  /**
   * Writes a trace after the other, in the order of their arrival: a line in OTLP/JSON with its spans, and a line
   * with its log records, if it has any. A line is written when the reader has taken the one before.
   */
  async export({ response, search, method }: FileRequest): Promise<void> {
    const { store, answers } = this.#parts;
    const filter = readListFilter(search);
    if ('problem' in filter) {
      answers.text(response, 400, `${filter.problem}\n`);
      return;
    }
    if ('queryError' in filter) {
      answers.json(response, 400, { error: filter.queryError });
      return;
    }
    const isWanted = (): boolean => !response.destroyed;
    const ids = search.get('ids')?.split(',');
    const asked = ids === undefined ? [...store.entries()] : this.#entriesOf(ids);
    // Which traces match is known before the first one is written, so that no answer is half an error.
    const { found } = await searchTraces(asked, filter, asked.length, store, isWanted);
    response.writeHead(200, {
      ...SAFE_HEADERS,
      'content-type': 'application/jsonl; charset=utf-8',
      'content-disposition': 'attachment; filename="traces.jsonl"',
    });
    response.setTimeout(UNREAD_MILLIS, () => response.destroy());
    for (const entry of method === 'HEAD' ? [] : found) {
      // It was dropped while a line was read.
      if (store.get(entry.id) !== entry) continue;
      if (!response.write(this.#linesOf(entry))) await drained(response);
      if (!isWanted()) return;
    }
    response.end();
  }

  /** Stores the traces and log records of a file. */
  async import({ request, response }: FileRequest): Promise<void> {
    const { store, intake, answers } = this.#parts;
    const result = await intake.receive(request, (body): FileReceipt | IntakeRefusal => {
      try {
        return receiveFile(body, store);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        intake.countUnreadable();
        return { status: 400, reason: error.message };
      }
    });
    if (result === undefined) return;
    if (isRefusal(result)) answers.text(response, result.status, `${result.reason}\n`);
    else answers.json(response, 200, result);
  }

  #entriesOf(ids: readonly string[]): TraceEntry[] {
    const { store } = this.#parts;
    return [...new Set(ids)].map((id) => store.get(id)).filter((entry) => entry !== undefined);
  }

  #linesOf(entry: TraceEntry): string {
    const lines = `${protobufToJson(requestOfTrace(entry), TRACE_REQUEST)}\n`;
    const logs = this.#parts.store.logs.skimmedOf(entry.id);
    if (logs.length === 0) return lines;
    return `${lines}${protobufToJson(requestOfLogs(logs), LOGS_REQUEST)}\n`;
  }
}

/** Waits until the reader has taken what was written, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
