import type { Diagnostics } from '../../diagnostics.js';
import { type ItemWords, SPAN_WORDS } from '../exporter.js';
import type { SenderResponse } from '../sender.js';
import { mediaTypeOf, refuseWebPage } from '../web-page.js';
import { readFields } from './protobuf-reader.js';

/**
 * `ExportTracePartialSuccess`, `ExportLogsPartialSuccess` or `ExportMetricsPartialSuccess`: the server rejected some
 * of the items, or has a warning.
 */
export interface PartialSuccess {
  readonly rejectedCount: number;
  readonly errorMessage: string;
}

// opentelemetry-proto v1, `collector/trace/v1/trace_service.proto`, and `google.rpc.Status`. The fields of
// `collector/logs/v1/logs_service.proto` and `collector/metrics/v1/metrics_service.proto` have the same numbers.
const RESPONSE_PARTIAL_SUCCESS = 1;
const PARTIAL_SUCCESS_REJECTED = 1;
const PARTIAL_SUCCESS_ERROR_MESSAGE = 2;
const STATUS_MESSAGE = 2;

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPES = new Set(['application/x-protobuf', 'application/protobuf']);
const MAX_MESSAGE_LENGTH = 500;
/** A response has three fields. One with so many is hostile, and each field would become an object. */
const MAX_FIELD_COUNT = 1000;

/**
 * Reads the response of an OTLP server that accepted a request, and reports its content.
 *
 * @param words what was exported, for messages
 * @throws Error for a response of another protocol, such as a web page: no receiver took the request
 */
export function readExportResponse(
  response: SenderResponse,
  requestContentType: string,
  diagnostics: Diagnostics,
  words: ItemWords = SPAN_WORDS,
): PartialSuccess | undefined {
  const type = checkType(response, requestContentType);
  try {
    const partial = parse(response.body, type);
    if (partial === undefined) return undefined;
    const { rejectedCount, errorMessage } = partial;
    if (rejectedCount === 0) {
      diagnostics.report('The OTLP server accepted a batch with a warning', errorMessage);
    } else {
      const detail = `${rejectedCount} of them, ${errorMessage || 'no reason given'}`;
      diagnostics.report(`The OTLP server rejected ${words.many} of a batch`, detail);
    }
    return partial;
  } catch (error) {
    diagnostics.report(
      'The server accepted a batch, but its response is not an OTLP response; check that the URL is that of an OTLP receiver',
      error,
    );
    return undefined;
  }
}

/**
 * Reads an `ExportTraceServiceResponse` or `ExportLogsServiceResponse`.
 *
 * @param requestContentType the type of the response where that has none
 * @returns undefined for full success
 * @throws Error for another body
 */
export function parseResponse(
  response: SenderResponse,
  requestContentType: string,
): PartialSuccess | undefined {
  return parse(response.body, checkType(response, requestContentType));
}

/** The reason that the response to a refused request gives; undefined where none can be read. */
export function parseRefusal(body: Buffer, contentType: string | undefined): string | undefined {
  const type = mediaTypeOf(contentType);
  try {
    if (type === JSON_TYPE) {
      const { message } = JSON.parse(body.toString()) as { message?: unknown };
      return typeof message === 'string' ? shorten(message) : undefined;
    }
    if (PROTOBUF_TYPES.has(type)) return shorten(textOf(body, STATUS_MESSAGE));
    return type === 'text/plain' ? shorten(textStart(body)) : undefined;
  } catch {
    return undefined;
  }
}

/** @returns the media type of the response */
function checkType(response: SenderResponse, requestContentType: string): string {
  refuseWebPage(response);
  const type = mediaTypeOf(response.contentType ?? requestContentType);
  if (response.body.length === 0 || type === JSON_TYPE || PROTOBUF_TYPES.has(type)) return type;
  throw new Error(
    `The response is of the type ${shorten(type) ?? "''"}, so it is not from an OTLP receiver. Check the URL`,
  );
}

function parse(body: Buffer, type: string): PartialSuccess | undefined {
  if (body.length === 0) return undefined;
  return type === JSON_TYPE ? parseJson(body) : parseProtobuf(body);
}

function parseJson(body: Buffer): PartialSuccess | undefined {
  const parsed = JSON.parse(body.toString()) as {
    partialSuccess?: {
      rejectedSpans?: unknown;
      rejectedLogRecords?: unknown;
      rejectedDataPoints?: unknown;
      errorMessage?: unknown;
    };
  } | null;
  if (typeof parsed !== 'object' || parsed === null) throw new TypeError('it is no JSON object');
  const { rejectedSpans, rejectedLogRecords, rejectedDataPoints, errorMessage } =
    parsed.partialSuccess ?? {};
  return toPartialSuccess(
    numberOf(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints),
    typeof errorMessage === 'string' ? errorMessage : '',
  );
}

/** JSON of protobuf writes 64-bit numbers as texts. Other values are no numbers. */
function numberOf(value: unknown): number {
  if (typeof value === 'string' && value.length < 20) return Number(value);
  return typeof value === 'number' ? value : 0;
}

function parseProtobuf(body: Buffer): PartialSuccess | undefined {
  const message = lastField(body, RESPONSE_PARTIAL_SUCCESS);
  if (!Buffer.isBuffer(message)) return undefined;
  const rejected = lastField(message, PARTIAL_SUCCESS_REJECTED);
  return toPartialSuccess(
    typeof rejected === 'number' ? rejected : 0,
    textOf(message, PARTIAL_SUCCESS_ERROR_MESSAGE),
  );
}

function toPartialSuccess(count: number, message: string): PartialSuccess | undefined {
  const rejectedCount = count > 0 ? count : 0;
  if (rejectedCount === 0 && message === '') return undefined;
  return { rejectedCount, errorMessage: shorten(message) ?? '' };
}

function textOf(message: Buffer, fieldNumber: number): string {
  const value = lastField(message, fieldNumber);
  return Buffer.isBuffer(value) ? textStart(value) : '';
}

/** The last field of a number counts. @throws RangeError for bytes that are no such message */
function lastField(message: Buffer, fieldNumber: number): number | Buffer | undefined {
  const fields = readFields(message, MAX_FIELD_COUNT);
  return fields.findLast(({ number }) => number === fieldNumber)?.value;
}

/** As much of a text as a message may need. A character takes four bytes at most. */
function textStart(bytes: Buffer): string {
  return bytes.subarray(0, (MAX_MESSAGE_LENGTH + 1) * 4).toString();
}

/** One line of limited length, for the log; undefined for an empty text. */
function shorten(text: string): string | undefined {
  const isCut = text.length > MAX_MESSAGE_LENGTH;
  const line = text
    .slice(0, MAX_MESSAGE_LENGTH)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (line === '') return undefined;
  return isCut ? `${line}…` : line;
}
