import { performance } from 'node:perf_hooks';
import { contextStorage } from '../../context/index.js';
import { checkCount, checkMillis } from '../../option-checks.js';
import { createHttpSender, type HttpExportOptions } from '../http-export.js';
import { OTLP_USER_AGENT } from '../otlp/otlp-http.js';
import { OTLP_HTTP_URL } from '../otlp/otlp-span-exporter.js';
import { parseResponse } from '../otlp/response.js';
import { SendError } from '../sender.js';
import type { HttpSender } from '../transport/http-sender.js';
import { refuseWebPage } from '../web-page.js';
import { countSpans, halvesOfLine } from './otlp-json-line.js';

/** Where a file's spans are sent to, by OTLP/JSON over HTTP. */
export interface SpanFileReplayOptions
  extends Omit<HttpExportOptions, 'concurrencyLimit' | 'diagnostics' | 'maxRequestBytes'> {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/traces' */
  readonly url?: string;
  /** The line to begin with, from 1 on: where an earlier replay stopped. @default 1 */
  readonly fromLine?: number;
}

/** The result of a replay: what happened to the spans in the lines that were read. */
export interface SpanFileReplayResult {
  /** Spans that the server accepted. */
  readonly exported: number;
  /** Spans that the server rejected: all of a line, or some. */
  readonly rejected: number;
  /** Lines that are not OTLP/JSON, such as the incomplete line after a crash. */
  readonly brokenLines: number;
  /** The line that could not be delivered, for `fromLine`; undefined when all were read. */
  readonly stoppedAtLine: number | undefined;
  /** Why it stopped, or why the first refused line was refused. */
  readonly error: Error | undefined;
}

const OWNER = 'replay';
const CONTENT_TYPE = 'application/json';
/** Refusals that do not depend on the line, so the next line would be refused too. */
const STOPPING_STATUSES = new Set([401, 403, 404, 405, 429, 502, 503, 504]);

/**
 * Sends the spans of a file that {@link FileSpanExporter} wrote, line by line and unchanged. It stops at a
 * line that could not be delivered because the server is unreachable, busy or denies access, and can
 * begin there again. A line that the server refuses for its content is counted. One that it refuses for its length is
 * sent in halves; if it stops between them, the spans of the first half are sent again by the next replay.
 *
 * @returns the counts, whatever happened to the spans
 * @throws TracingConfigError by rejection, for an option that cannot be used
 * @throws Error by rejection, for a file that cannot be read
 * @example
 * const { exported, stoppedAtLine } = await replaySpanFile('spans/spans-20260102T030405678Z-0000.jsonl');
 */
export async function replaySpanFile(
  path: string,
  options: SpanFileReplayOptions = {},
): Promise<SpanFileReplayResult> {
  const fromLine = checkCount(`${OWNER}.fromLine`, options.fromLine, 1, 1, Number.MAX_SAFE_INTEGER);
  const timeoutMillis = checkMillis(`${OWNER}.timeoutMillis`, options.timeoutMillis, 10_000, 1);
  const endpoint = { userAgent: OTLP_USER_AGENT, contentType: CONTENT_TYPE };
  const sender = createHttpSender(OWNER, OTLP_HTTP_URL, endpoint, options);
  try {
    return await contextStorage.runSuppressed(() =>
      sendLines(path, fromLine, sender, timeoutMillis),
    );
  } finally {
    await sender.close();
  }
}

async function sendLines(
  path: string,
  fromLine: number,
  sender: HttpSender,
  timeoutMillis: number,
): Promise<SpanFileReplayResult> {
  const counts = { exported: 0, rejected: 0, brokenLines: 0 };
  let refusal: Error | undefined;
  let lineNumber = 0;
  /** Rejects where the replay must stop. */
  const sendSpans = async (line: string, spanCount: number): Promise<void> => {
    try {
      const rejectedNow = Math.min(await sendLine(line, sender, timeoutMillis), spanCount);
      counts.exported += spanCount - rejectedNow;
      counts.rejected += rejectedNow;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const halves = error.isTooLong ? halvesOfLine(line) : [];
      for (const half of halves) await sendSpans(half.line, half.spanCount);
      if (halves.length > 0) return;
      counts.rejected += spanCount;
      refusal ??= error;
    }
  };
  const file = await process.getBuiltinModule('node:fs/promises').open(path);
  try {
    for await (const line of file.readLines()) {
      lineNumber++;
      if (lineNumber < fromLine || line.trim() === '') continue;
      const spanCount = countSpans(line);
      if (spanCount === undefined) {
        counts.brokenLines++;
        continue;
      }
      try {
        await sendSpans(line, spanCount);
      } catch (error) {
        return { ...counts, stoppedAtLine: lineNumber, error: error as Error };
      }
    }
  } finally {
    await file.close();
  }
  return { ...counts, stoppedAtLine: undefined, error: refusal };
}

/** @returns how many of its spans were rejected */
async function sendLine(line: string, sender: HttpSender, timeoutMillis: number): Promise<number> {
  const deadline = performance.now() + timeoutMillis;
  const control = { deadline, signal: undefined, onRetry: () => {} };
  const response = await sender.send(Buffer.from(line), control);
  refuseWebPage(response);
  try {
    return parseResponse(response, CONTENT_TYPE)?.rejectedCount ?? 0;
  } catch {
    // The server accepted the line, although its response is not an OTLP response.
    return 0;
  }
}

function isRefusal(error: unknown): error is SendError {
  const status = error instanceof SendError ? error.status : undefined;
  return status !== undefined && status >= 400 && !STOPPING_STATUSES.has(status);
}
