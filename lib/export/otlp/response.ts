import type { Diagnostics } from '../../diagnostics.js';
import type { SenderResponse } from '../remote-span-exporter.js';
import { readFields } from './protobuf-reader.js';

/** `ExportTracePartialSuccess`: the server rejected some of the spans, or has a warning. */
export interface PartialSuccess {
  readonly rejectedSpanCount: number;
  readonly errorMessage: string;
}

// opentelemetry-proto v1, `collector/trace/v1/trace_service.proto`, and `google.rpc.Status`.
const RESPONSE_PARTIAL_SUCCESS = 1;
const PARTIAL_SUCCESS_REJECTED_SPANS = 1;
const PARTIAL_SUCCESS_ERROR_MESSAGE = 2;
const STATUS_MESSAGE = 2;

const MAX_MESSAGE_LENGTH = 500;

/** Reads the response of an OTLP server that accepted a request, and reports what it says. Never throws. */
export function readExportResponse(
  { body, contentType }: SenderResponse,
  requestContentType: string,
  diagnostics: Diagnostics,
): PartialSuccess | undefined {
  try {
    const partial = parseResponse(body, contentType, requestContentType);
    if (partial === undefined) return undefined;
    const { rejectedSpanCount, errorMessage } = partial;
    if (rejectedSpanCount === 0) {
      diagnostics.report('The OTLP server accepted a batch with a warning', errorMessage);
    } else {
      const detail = `${rejectedSpanCount} of them, ${errorMessage || 'no reason given'}`;
      diagnostics.report('The OTLP server rejected spans of a batch', detail);
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
 * Reads an `ExportTraceServiceResponse`.
 *
 * @param contentType of the response; undefined for the type of the request
 * @returns undefined for full success
 * @throws Error for a body that is no such response
 */
export function parseResponse(
  body: Buffer,
  contentType: string | undefined,
  requestContentType: string,
): PartialSuccess | undefined {
  if (body.length === 0) return undefined;
  const type = (contentType ?? requestContentType).split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') return parseJson(body);
  if (type === 'application/x-protobuf' || type === 'application/protobuf') {
    return parseProtobuf(body);
  }
  throw new TypeError(`it is of the type ${type}`);
}

/** The reason that the response to a refused request gives; undefined where none can be read. */
export function parseRefusal(body: Buffer, contentType: string | undefined): string | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  try {
    if (type === 'application/json') {
      const { message } = JSON.parse(body.toString()) as { message?: unknown };
      return typeof message === 'string' ? shorten(message) : undefined;
    }
    if (type === 'application/x-protobuf') return shorten(textOf(body, STATUS_MESSAGE));
    return type === 'text/plain' ? shorten(body.toString()) : undefined;
  } catch {
    return undefined;
  }
}

function parseJson(body: Buffer): PartialSuccess | undefined {
  const parsed = JSON.parse(body.toString()) as {
    partialSuccess?: { rejectedSpans?: unknown; errorMessage?: unknown };
  } | null;
  if (typeof parsed !== 'object' || parsed === null) throw new TypeError('it is no JSON object');
  const { rejectedSpans, errorMessage } = parsed.partialSuccess ?? {};
  return toPartialSuccess(Number(rejectedSpans ?? 0), String(errorMessage ?? ''));
}

function parseProtobuf(body: Buffer): PartialSuccess | undefined {
  let rejectedSpanCount = 0;
  let errorMessage = '';
  for (const { number, value } of readFields(body)) {
    if (number !== RESPONSE_PARTIAL_SUCCESS || typeof value === 'number') continue;
    for (const field of readFields(value)) {
      if (field.number === PARTIAL_SUCCESS_REJECTED_SPANS) rejectedSpanCount = Number(field.value);
    }
    errorMessage = textOf(value, PARTIAL_SUCCESS_ERROR_MESSAGE);
  }
  return toPartialSuccess(rejectedSpanCount, errorMessage);
}

function toPartialSuccess(count: number, message: string): PartialSuccess | undefined {
  const rejectedSpanCount = count > 0 ? count : 0;
  if (rejectedSpanCount === 0 && message === '') return undefined;
  return { rejectedSpanCount, errorMessage: shorten(message) ?? '' };
}

function textOf(message: Buffer, fieldNumber: number): string {
  const field = readFields(message).findLast(({ number }) => number === fieldNumber);
  return field === undefined ? '' : field.value.toString();
}

/** One line of limited length, for the log; undefined for an empty text. */
function shorten(text: string): string | undefined {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  if (line === '') return undefined;
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}…` : line;
}
