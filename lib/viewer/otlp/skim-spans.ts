import { ProtobufCursor } from './protobuf-cursor.js';

// opentelemetry-proto v1, `collector/trace/v1/trace_service.proto` and `trace/v1/trace.proto`.
const REQUEST_RESOURCE_SPANS = 1;
const RESOURCE_SPANS_RESOURCE = 1;
const RESOURCE_SPANS_SCOPE_SPANS = 2;
const RESOURCE_SPANS_SCHEMA_URL = 3;
const SCOPE_SPANS_SCOPE = 1;
const SCOPE_SPANS_SPANS = 2;
const SCOPE_SPANS_SCHEMA_URL = 3;
const SPAN_TRACE_ID = 1;
const SPAN_SPAN_ID = 2;
const SPAN_PARENT_SPAN_ID = 4;
const SPAN_NAME = 5;
const SPAN_KIND = 6;
const SPAN_START = 7;
const SPAN_END = 8;
const SPAN_STATUS = 15;
const SPAN_FLAGS = 16;
const STATUS_CODE = 3;

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
const MAX_KIND = 5;
const MAX_STATUS_CODE = 2;

/** Who sent spans, as bytes of a request: valid only while the request is read. */
export interface SkimmedOrigin {
  /** The message `Resource`; empty if there is none. */
  readonly resource: Buffer;
  readonly resourceSchemaUrl: string;
  /** The message `InstrumentationScope`; empty if there is none. */
  readonly scope: Buffer;
  readonly scopeSchemaUrl: string;
}

/** Where the columns of a span are in its bytes. One object is used for all spans of a request. */
export class SkimmedSpan {
  bytes: Buffer;
  /** The message `Span`: from `start` up to, not including, `stop`. */
  start = 0;
  stop = 0;
  traceIdStart = 0;
  spanIdStart = 0;
  /** -1 for a span without a parent. */
  parentIdStart = -1;
  nameStart = 0;
  nameStop = 0;
  /** A `SpanKind` of OTLP; 0 for numbers that it does not have. */
  kind = 0;
  /** 0 unset, 1 ok, 2 error. */
  statusCode = 0;
  /** The flags of OTLP. */
  flags = 0;
  /** Epoch nanoseconds in two halves of 32 bits. */
  startLow = 0;
  startHigh = 0;
  endLow = 0;
  endHigh = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The name, cut after so many bytes. */
  readName(maxBytes: number): string {
    const { bytes, nameStart, nameStop } = this;
    return bytes.toString('utf8', nameStart, Math.min(nameStop, nameStart + maxBytes));
  }
}

/** Receives the spans of a request. */
export interface SpanReceiver {
  /** Called for each scope of a request before its spans, also without spans. */
  beginScope?(origin: SkimmedOrigin): void;
  /** Called for each span, in order. Whoever keeps anything of the arguments copies it. */
  receive(span: SkimmedSpan, origin: SkimmedOrigin): void;
}

/** The result of {@link skimSpans}. */
export interface SkimResult {
  /** False if the bytes are not a request: no span was given to the receiver then. */
  readonly isReadable: boolean;
  /** The spans of the request, with those that are refused. */
  readonly spanCount: number;
  /** Spans that are not messages, or whose trace id or span id is invalid. */
  readonly refusedCount: number;
}

const UNREADABLE: SkimResult = { isReadable: false, spanCount: 0, refusedCount: 0 };

/**
 * Walks over an `ExportTraceServiceRequest` twice. The first walk finds its spans and checks everything
 * around them, so that a request that breaks off gives no span. The second walk reads of each span only the
 * values of columns; attributes, events and links stay bytes.
 *
 * Does not throw, unless the receiver does.
 */
export function skimSpans(request: Buffer, receiver: SpanReceiver): SkimResult {
  const walk = new RequestWalk(request);
  if (!walk.hasReadableFrame()) return UNREADABLE;
  return walk.giveSpans(receiver);
}

const EMPTY = Buffer.alloc(0);

class RequestWalk {
  readonly #request: Buffer;

  constructor(request: Buffer) {
    this.#request = request;
  }

  hasReadableFrame(): boolean {
    const cursor = new ProtobufCursor(this.#request);
    while (cursor.next()) {
      if (!cursor.is(REQUEST_RESOURCE_SPANS)) continue;
      if (!cursor.isMessage) return false;
      const requestEnd = cursor.enter();
      while (cursor.next()) {
        if (!cursor.is(RESOURCE_SPANS_SCOPE_SPANS)) continue;
        if (!cursor.isMessage) return false;
        const resourceEnd = cursor.enter();
        while (cursor.next()) {
          if (cursor.is(SCOPE_SPANS_SPANS) && !cursor.isMessage) return false;
        }
        cursor.leave(resourceEnd);
      }
      cursor.leave(requestEnd);
    }
    return !cursor.isBroken;
  }

  giveSpans(receiver: SpanReceiver): SkimResult {
    const cursor = new ProtobufCursor(this.#request);
    const spanCursor = new ProtobufCursor(this.#request);
    const span = new SkimmedSpan(this.#request);
    let spanCount = 0;
    let refusedCount = 0;
    while (cursor.next()) {
      if (!cursor.is(REQUEST_RESOURCE_SPANS)) continue;
      const resource = this.#ownerOf(cursor, RESOURCE_SPANS_RESOURCE, RESOURCE_SPANS_SCHEMA_URL);
      const requestEnd = cursor.enter();
      while (cursor.next()) {
        if (!cursor.is(RESOURCE_SPANS_SCOPE_SPANS)) continue;
        const scope = this.#ownerOf(cursor, SCOPE_SPANS_SCOPE, SCOPE_SPANS_SCHEMA_URL);
        const origin: SkimmedOrigin = {
          resource: resource.message,
          resourceSchemaUrl: resource.schemaUrl,
          scope: scope.message,
          scopeSchemaUrl: scope.schemaUrl,
        };
        receiver.beginScope?.(origin);
        const resourceEnd = cursor.enter();
        while (cursor.next()) {
          if (!cursor.is(SCOPE_SPANS_SPANS)) continue;
          spanCount++;
          span.start = cursor.start;
          span.stop = cursor.stop;
          if (skimSpan(spanCursor, span)) receiver.receive(span, origin);
          else refusedCount++;
        }
        cursor.leave(resourceEnd);
      }
      cursor.leave(requestEnd);
    }
    return { isReadable: true, spanCount, refusedCount };
  }

  /** The resource or scope of the message at the cursor: it may stand behind its spans. */
  #ownerOf(
    { start, stop }: ProtobufCursor,
    messageField: number,
    schemaUrlField: number,
  ): { readonly message: Buffer; readonly schemaUrl: string } {
    const cursor = new ProtobufCursor(this.#request, start, stop);
    let message: Buffer = EMPTY;
    let schemaUrl = '';
    while (cursor.next()) {
      if (!cursor.isMessage) continue;
      if (cursor.field === messageField) {
        message = this.#request.subarray(cursor.start, cursor.stop);
      } else if (cursor.field === schemaUrlField) {
        schemaUrl = cursor.text();
      }
    }
    return { message, schemaUrl };
  }
}

/** Reads the columns of the span whose `start` and `stop` are set. @returns false for a span to refuse */
function skimSpan(cursor: ProtobufCursor, span: SkimmedSpan): boolean {
  cursor.reset(span.start, span.stop);
  let traceIdStart = -1;
  let spanIdStart = -1;
  span.parentIdStart = -1;
  span.nameStart = span.nameStop = span.start;
  span.kind = span.statusCode = span.flags = 0;
  span.startLow = span.startHigh = span.endLow = span.endHigh = 0;
  while (cursor.next()) {
    if (cursor.isMessage) {
      switch (cursor.field) {
        case SPAN_TRACE_ID:
          traceIdStart = idAt(cursor, TRACE_ID_BYTES);
          break;
        case SPAN_SPAN_ID:
          spanIdStart = idAt(cursor, SPAN_ID_BYTES);
          break;
        case SPAN_PARENT_SPAN_ID:
          span.parentIdStart = idAt(cursor, SPAN_ID_BYTES);
          break;
        case SPAN_NAME:
          span.nameStart = cursor.start;
          span.nameStop = cursor.stop;
          break;
        case SPAN_STATUS:
          span.statusCode = readStatusCode(cursor);
      }
      continue;
    }
    switch (cursor.field) {
      case SPAN_KIND:
        span.kind = cursor.low <= MAX_KIND ? cursor.low : 0;
        break;
      case SPAN_START:
        span.startLow = cursor.low;
        span.startHigh = cursor.high;
        break;
      case SPAN_END:
        span.endLow = cursor.low;
        span.endHigh = cursor.high;
        break;
      case SPAN_FLAGS:
        span.flags = cursor.low;
    }
  }
  span.traceIdStart = traceIdStart;
  span.spanIdStart = spanIdStart;
  return !cursor.isBroken && traceIdStart !== -1 && spanIdStart !== -1;
}

/** Where the id at the cursor starts; -1 for an id of another length, and for zeros, which are no id. */
function idAt({ bytes, start, stop }: ProtobufCursor, byteCount: number): number {
  if (stop - start !== byteCount) return -1;
  for (let position = start; position < stop; position++) {
    if (bytes[position] !== 0) return start;
  }
  return -1;
}

function readStatusCode(cursor: ProtobufCursor): number {
  let code = 0;
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === STATUS_CODE && !cursor.isMessage) code = cursor.low;
  }
  cursor.leave(spanEnd);
  return code <= MAX_STATUS_CODE ? code : 0;
}
