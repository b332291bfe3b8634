import type {
  AnyAttributes,
  AnyValue,
  ResourceRecord,
  ScopeRecord,
} from '../analysis/span-record.js';
import { type ReadAttributes, readAnyValue, readKeyValue } from './any-value.js';
import { ProtobufCursor } from './protobuf-cursor.js';
import { nanosOf, readResource, readScope } from './read-span.js';

/** A log record as plain data. */
export interface LogRecord {
  /** Epoch nanoseconds: when it happened, else when it was seen. */
  readonly timeNanos: bigint;
  /** As in OTLP: 1 to 24, 9 for INFO; 0 where the sender does not say. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: AnyValue;
  readonly attributes: AnyAttributes;
  /** 32 hexadecimal digits; empty for a record outside of traces. */
  readonly traceId: string;
  /** 16 hexadecimal digits; empty for a record outside of spans. */
  readonly spanId: string;
  readonly eventName: string;
  readonly droppedAttributesCount: number;
  readonly resource: ResourceRecord;
  readonly scope: ScopeRecord;
}

/** Where a log record is in a request. */
export interface SkimmedLog {
  readonly bytes: Buffer;
  /** The bytes of the resource and the scope; equal ones are shared by the records of a request. */
  readonly origin: LogOrigin;
}

/** Who sent log records, as bytes. */
export interface LogOrigin {
  readonly resource: Buffer;
  readonly scope: Buffer;
}

/** The result of {@link skimLogs}. */
export interface LogSkimResult {
  /** False if the bytes are not a request: no record was given then. */
  readonly isReadable: boolean;
  readonly logCount: number;
}

const EMPTY = Buffer.alloc(0);

/**
 * Walks over an `ExportLogsServiceRequest`, twice as `skimSpans` does. Does not throw, unless `receive` does.
 *
 * @param receive called for each record in order, with bytes of the request, to be copied where they are kept
 */
export function skimLogs(request: Buffer, receive: (log: SkimmedLog) => void): LogSkimResult {
  const logs: SkimmedLog[] = [];
  const cursor = new ProtobufCursor(request);
  while (cursor.next()) {
    if (!cursor.is(1)) continue;
    if (!cursor.isMessage) return { isReadable: false, logCount: 0 };
    const resource = ownerOf(request, cursor);
    const requestEnd = cursor.enter();
    while (cursor.next()) {
      if (!cursor.is(2) || !cursor.isMessage) continue;
      const origin = { resource, scope: ownerOf(request, cursor) };
      const resourceEnd = cursor.enter();
      while (cursor.next()) {
        if (!cursor.is(2) || !cursor.isMessage) continue;
        logs.push({ bytes: request.subarray(cursor.start, cursor.stop), origin });
      }
      cursor.leave(resourceEnd);
    }
    cursor.leave(requestEnd);
  }
  if (cursor.isBroken) return { isReadable: false, logCount: 0 };
  for (const log of logs) receive(log);
  return { isReadable: true, logCount: logs.length };
}

/** The resource or the scope of the message at the cursor: the field 1 of both. */
function ownerOf(request: Buffer, { start, stop }: ProtobufCursor): Buffer {
  const cursor = new ProtobufCursor(request, start, stop);
  let owner: Buffer = EMPTY;
  while (cursor.next()) {
    if (cursor.field === 1 && cursor.isMessage) owner = request.subarray(cursor.start, cursor.stop);
  }
  return owner;
}

/** The trace id of a log record, in hexadecimal digits; empty if it has none. */
export function traceIdOfLog(bytes: Buffer): string {
  const cursor = new ProtobufCursor(bytes);
  let traceId = '';
  while (cursor.next()) {
    if (cursor.field === 9 && cursor.isMessage) traceId = idOf(cursor, 16);
  }
  return traceId;
}

/** Reads all details of a log record. From where its bytes are broken, they are missing. */
export function readLog({ bytes, origin }: SkimmedLog): LogRecord {
  const cursor = new ProtobufCursor(bytes);
  const attributes: ReadAttributes = {};
  let time = 0n;
  let observedTime = 0n;
  let severityNumber = 0;
  let severityText = '';
  let body: AnyValue = null;
  let traceId = '';
  let spanId = '';
  let eventName = '';
  let droppedAttributesCount = 0;
  // opentelemetry-proto v1, `logs/v1/logs.proto`.
  while (cursor.next()) {
    if (cursor.isMessage) {
      if (cursor.field === 3) severityText = cursor.text();
      else if (cursor.field === 5) body = readAnyValue(cursor);
      else if (cursor.field === 6) readKeyValue(cursor, attributes);
      else if (cursor.field === 9) traceId = idOf(cursor, 16);
      else if (cursor.field === 10) spanId = idOf(cursor, 8);
      else if (cursor.field === 12) eventName = cursor.text();
    } else if (cursor.field === 1) time = nanosOf(cursor);
    else if (cursor.field === 2) severityNumber = cursor.low;
    else if (cursor.field === 7) droppedAttributesCount = cursor.low;
    else if (cursor.field === 11) observedTime = nanosOf(cursor);
  }
  return {
    timeNanos: time === 0n ? observedTime : time,
    severityNumber,
    severityText,
    body,
    attributes,
    traceId,
    spanId,
    eventName,
    droppedAttributesCount,
    resource: readResource(origin.resource),
    scope: readScope(origin.scope),
  };
}

function idOf(cursor: ProtobufCursor, byteCount: number): string {
  const { bytes, start, stop } = cursor;
  if (stop - start !== byteCount) return '';
  return bytes.subarray(start, stop).some((byte) => byte !== 0) ? cursor.hex() : '';
}
