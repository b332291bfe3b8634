import type {
  AnyAttributes,
  EventRecord,
  LinkRecord,
  ResourceRecord,
  ScopeRecord,
  SpanRecord,
} from '../analysis/span-record.js';
import { type ReadAttributes, readKeyValue } from './any-value.js';
import { ProtobufCursor } from './protobuf-cursor.js';

/** An object that is being read. */
type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/**
 * Reads all details of a span.
 *
 * @param bytes a message `Span` of OTLP. From where it is broken, the details are missing
 * @param resource the process that sent it, from {@link readResource}
 * @param scope the library that created it, from {@link readScope}
 */
export function readSpan(
  bytes: Buffer,
  resource?: ResourceRecord,
  scope?: ScopeRecord,
): SpanRecord {
  const cursor = new ProtobufCursor(bytes);
  const attributes: ReadAttributes = {};
  const events: EventRecord[] = [];
  const links: LinkRecord[] = [];
  const span: Writable<SpanRecord> = { traceId: '', spanId: '', name: '', startNanos: 0n };
  while (cursor.next()) {
    if (cursor.isMessage) readMessageField(cursor, span, { attributes, events, links });
    else readNumberField(cursor, span);
  }
  if (Object.keys(attributes).length > 0) span.attributes = attributes;
  if (events.length > 0) span.events = events;
  if (links.length > 0) span.links = links;
  if (resource !== undefined) span.resource = resource;
  if (scope !== undefined) span.scope = scope;
  return span;
}

interface SpanLists {
  readonly attributes: ReadAttributes;
  readonly events: EventRecord[];
  readonly links: LinkRecord[];
}

// opentelemetry-proto v1, `trace/v1/trace.proto`.
function readMessageField(
  cursor: ProtobufCursor,
  span: Writable<SpanRecord>,
  lists: SpanLists,
): void {
  switch (cursor.field) {
    case 1:
      span.traceId = cursor.hex();
      break;
    case 2:
      span.spanId = cursor.hex();
      break;
    case 3:
      if (cursor.stop > cursor.start) span.traceState = cursor.text();
      break;
    case 4:
      if (isId(cursor)) span.parentSpanId = cursor.hex();
      break;
    case 5:
      span.name = cursor.text();
      break;
    case 9:
      readKeyValue(cursor, lists.attributes);
      break;
    case 11:
      lists.events.push(readEvent(cursor));
      break;
    case 13:
      lists.links.push(readLink(cursor));
      break;
    case 15:
      readStatus(cursor, span);
  }
}

function readNumberField(cursor: ProtobufCursor, span: Writable<SpanRecord>): void {
  switch (cursor.field) {
    case 6:
      if (cursor.low > 0 && cursor.low <= 5) span.kind = cursor.low as SpanRecord['kind'];
      break;
    case 7:
      span.startNanos = nanosOf(cursor);
      break;
    case 8:
      // Zero is how an open span is sent.
      if (cursor.low !== 0 || cursor.high !== 0) span.endNanos = nanosOf(cursor);
      break;
    case 10:
      if (cursor.low > 0) span.droppedAttributesCount = cursor.low;
      break;
    case 12:
      if (cursor.low > 0) span.droppedEventsCount = cursor.low;
      break;
    case 14:
      if (cursor.low > 0) span.droppedLinksCount = cursor.low;
      break;
    case 16:
      span.flags = cursor.low;
  }
}

/** An empty id and one of zeros are no id. */
function isId({ bytes, start, stop }: ProtobufCursor): boolean {
  return bytes.subarray(start, stop).some((byte) => byte !== 0);
}

/** The epoch nanoseconds of the field at the cursor. */
export function nanosOf({ low, high }: ProtobufCursor): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function readStatus(cursor: ProtobufCursor, span: Writable<SpanRecord>): void {
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === 2 && cursor.isMessage) {
      if (cursor.stop > cursor.start) span.statusMessage = cursor.text();
    } else if (cursor.field === 3 && (cursor.low === 1 || cursor.low === 2)) {
      span.status = cursor.low;
    }
  }
  cursor.leave(spanEnd);
}

function readEvent(cursor: ProtobufCursor): EventRecord {
  const attributes: ReadAttributes = {};
  const event: Writable<EventRecord> = { name: '', timeNanos: 0n };
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === 1 && !cursor.isMessage) event.timeNanos = nanosOf(cursor);
    else if (cursor.field === 2 && cursor.isMessage) event.name = cursor.text();
    else if (cursor.field === 3 && cursor.isMessage) readKeyValue(cursor, attributes);
    else if (cursor.field === 4 && cursor.low > 0) event.droppedAttributesCount = cursor.low;
  }
  cursor.leave(spanEnd);
  if (Object.keys(attributes).length > 0) event.attributes = attributes;
  return event;
}

function readLink(cursor: ProtobufCursor): LinkRecord {
  const attributes: ReadAttributes = {};
  const link: Writable<LinkRecord> = { traceId: '', spanId: '' };
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) {
      if (cursor.field === 5 && cursor.low > 0) link.droppedAttributesCount = cursor.low;
    } else if (cursor.field === 1) link.traceId = cursor.hex();
    else if (cursor.field === 2) link.spanId = cursor.hex();
    else if (cursor.field === 3 && cursor.stop > cursor.start) link.traceState = cursor.text();
    else if (cursor.field === 4) readKeyValue(cursor, attributes);
  }
  cursor.leave(spanEnd);
  if (Object.keys(attributes).length > 0) link.attributes = attributes;
  return link;
}

/** Reads a message `Resource` of OTLP. */
export function readResource(bytes: Buffer, schemaUrl = ''): ResourceRecord {
  const cursor = new ProtobufCursor(bytes);
  const attributes: ReadAttributes = {};
  let droppedAttributesCount = 0;
  while (cursor.next()) {
    if (cursor.field === 1 && cursor.isMessage) readKeyValue(cursor, attributes);
    else if (cursor.field === 2 && !cursor.isMessage) droppedAttributesCount = cursor.low;
  }
  return { attributes, ...optionalMembers(droppedAttributesCount, schemaUrl) };
}

/** Reads a message `InstrumentationScope` of OTLP. */
export function readScope(bytes: Buffer, schemaUrl = ''): ScopeRecord {
  const cursor = new ProtobufCursor(bytes);
  const attributes: ReadAttributes = {};
  const scope: Writable<ScopeRecord> = { name: '' };
  let droppedAttributesCount = 0;
  while (cursor.next()) {
    if (!cursor.isMessage) {
      if (cursor.field === 4) droppedAttributesCount = cursor.low;
    } else if (cursor.field === 1) scope.name = cursor.text();
    else if (cursor.field === 2 && cursor.stop > cursor.start) scope.version = cursor.text();
    else if (cursor.field === 3) readKeyValue(cursor, attributes);
  }
  if (Object.keys(attributes).length > 0) scope.attributes = attributes as AnyAttributes;
  return { ...scope, ...optionalMembers(droppedAttributesCount, schemaUrl) };
}

function optionalMembers(
  droppedAttributesCount: number,
  schemaUrl: string,
): { readonly droppedAttributesCount?: number; readonly schemaUrl?: string } {
  return {
    ...(droppedAttributesCount > 0 && { droppedAttributesCount }),
    ...(schemaUrl !== '' && { schemaUrl }),
  };
}
