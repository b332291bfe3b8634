import { type Attributes, type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import {
  type ReadableSpan,
  type RecordedLink,
  RecordingSpan,
  type SpanEvent,
  type SpanLink,
  type TimedEvent,
} from '../../trace/index.js';
import { writeAttribute } from './protobuf-attribute.js';
import { readFields } from './protobuf-reader.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import type { ProtobufSignal } from './signal.js';
import { SpanTemplates, writeList } from './span-templates.js';

// opentelemetry-proto v1, `trace/v1/trace.proto`: field number times eight, plus wire type.
const SPAN_TRACE_ID = 0x0a;
const SPAN_SPAN_ID = 0x12;
const SPAN_TRACE_STATE = 0x1a;
const SPAN_PARENT_SPAN_ID = 0x22;
const SPAN_NAME = 0x2a;
const SPAN_KIND = 0x30;
const SPAN_START_TIME = 0x39;
const SPAN_END_TIME = 0x41;
const SPAN_ATTRIBUTE = 0x4a;
const SPAN_DROPPED_ATTRIBUTES = 0x50;
const SPAN_EVENT = 0x5a;
const SPAN_DROPPED_EVENTS = 0x60;
const SPAN_LINK = 0x6a;
const SPAN_DROPPED_LINKS = 0x70;
const SPAN_STATUS = 0x7a;
const EVENT_TIME = 0x09;
const EVENT_NAME = 0x12;
const EVENT_ATTRIBUTE = 0x1a;
const EVENT_DROPPED_ATTRIBUTES = 0x20;
const LINK_TRACE_ID = 0x0a;
const LINK_SPAN_ID = 0x12;
const LINK_TRACE_STATE = 0x1a;
const LINK_ATTRIBUTE = 0x22;
const LINK_DROPPED_ATTRIBUTES = 0x28;
const LINK_FLAGS = 0x35;
const STATUS_MESSAGE = 0x12;
const STATUS_CODE = 0x18;

const NAME_FIELD = SPAN_NAME >> 3;

/** `SpanFlags`: the lower eight bits are the trace flags of W3C. */
const W3C_MASK = 0xff;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
/** Most spans are 128 to 16,383 bytes long. */
const SPAN_LENGTH_SIZE = 2;

/** The signal of spans. */
export const PROTOBUF_SPANS: ProtobufSignal<ReadableSpan> = {
  createWrite() {
    const spans = new SpanWriter();
    return (writer, tag, span) => spans.write(writer, tag, span);
  },
  nameOf: (span) => String(readFields(span).find(({ number }) => number === NAME_FIELD)?.value),
};

/** Writes spans, and remembers what later ones can have in common with them. */
export class SpanWriter {
  // TypeScript's `private`, not `#`: these are read for each span.
  private readonly templates = new SpanTemplates();
  private readonly ids = new SpanIds();

  /** Writes a `Span` into the field of `tag`. A `RecordingSpan` is read without creating its API form. */
  write(writer: ProtobufWriter, tag: number, span: ReadableSpan): void {
    const start = writer.begin(tag, SPAN_LENGTH_SIZE);
    if (span instanceof RecordingSpan) writeOurs(writer, span, this.templates, this.ids);
    else writeForeign(writer, span);
    writer.finish(start, SPAN_LENGTH_SIZE);
  }
}

function writeOurs(
  writer: ProtobufWriter,
  span: RecordingSpan,
  templates: SpanTemplates,
  ids: SpanIds,
): void {
  const { originEpochMillis, attributeList, eventList, linkList } = span;
  const named = templates.of(span.name);
  ids.write(writer, span);
  if (span.traceState !== undefined) writeTraceState(writer, SPAN_TRACE_STATE, span.traceState);
  templates.writeName(writer, SPAN_NAME, named, span.name);
  writeRole(writer, span, span.traceFlags);
  writer.millis(SPAN_START_TIME, originEpochMillis, span.startMillis);
  writer.millis(SPAN_END_TIME, originEpochMillis, span.endMillis);
  if (attributeList !== undefined) {
    templates.writeAttributes(writer, SPAN_ATTRIBUTE, named, attributeList);
  }
  if (eventList !== undefined) {
    for (const event of eventList) writeOurEvent(writer, event, originEpochMillis);
  }
  if (linkList !== undefined) for (const link of linkList) writeOurLink(writer, link);
  writeOutcome(writer, span);
}

function writeOurEvent(writer: ProtobufWriter, event: SpanEvent, originEpochMillis: number): void {
  const start = writer.begin(SPAN_EVENT, 1);
  writer.millis(EVENT_TIME, originEpochMillis, event.millis);
  writer.string(EVENT_NAME, event.name);
  if (event.attributeList !== undefined) writeList(writer, EVENT_ATTRIBUTE, event.attributeList);
  writer.count(EVENT_DROPPED_ATTRIBUTES, event.droppedAttributesCount);
  writer.finish(start, 1);
}

function writeOurLink(writer: ProtobufWriter, link: SpanLink): void {
  const start = writer.begin(SPAN_LINK, 1);
  writeLinkContext(writer, link.context);
  if (link.attributeList !== undefined) writeList(writer, LINK_ATTRIBUTE, link.attributeList);
  finishLink(writer, start, link.context, link.droppedAttributesCount);
}

function writeForeign(writer: ProtobufWriter, span: ReadableSpan): void {
  const context = span.spanContext();
  writer.id(SPAN_TRACE_ID, context.traceId, TRACE_ID_BYTES);
  writer.id(SPAN_SPAN_ID, context.spanId, SPAN_ID_BYTES);
  const parent = span.parentSpanContext;
  if (parent !== undefined) writer.id(SPAN_PARENT_SPAN_ID, parent.spanId, SPAN_ID_BYTES);
  if (context.traceState !== undefined) {
    writeTraceState(writer, SPAN_TRACE_STATE, context.traceState);
  }
  writer.string(SPAN_NAME, span.name);
  writeRole(writer, span, context.traceFlags);
  writer.time(SPAN_START_TIME, ...span.startTime);
  writer.time(SPAN_END_TIME, ...span.endTime);
  writeAttributes(writer, SPAN_ATTRIBUTE, span.attributes);
  for (const event of span.events) writeForeignEvent(writer, event);
  for (const link of span.links) writeForeignLink(writer, link);
  writeOutcome(writer, span);
}

function writeForeignEvent(writer: ProtobufWriter, event: TimedEvent): void {
  const start = writer.begin(SPAN_EVENT, 1);
  writer.time(EVENT_TIME, ...event.time);
  writer.string(EVENT_NAME, event.name);
  writeAttributes(writer, EVENT_ATTRIBUTE, event.attributes);
  writer.count(EVENT_DROPPED_ATTRIBUTES, event.droppedAttributesCount);
  writer.finish(start, 1);
}

function writeForeignLink(writer: ProtobufWriter, link: RecordedLink): void {
  const start = writer.begin(SPAN_LINK, 1);
  writeLinkContext(writer, link.context);
  writeAttributes(writer, LINK_ATTRIBUTE, link.attributes);
  finishLink(writer, start, link.context, link.droppedAttributesCount);
}

/** Kind and flags. */
function writeRole(writer: ProtobufWriter, span: ReadableSpan, traceFlags: number): void {
  // The API counts kinds from 0, the protocol from 1: its 0 means unspecified.
  writer.uint32(SPAN_KIND, span.kind + 1);
  writeSpanFlags(writer, spanFlags(traceFlags, span.parentSpanContext?.isRemote));
}

/** The status, and how much of the span was dropped. */
function writeOutcome(writer: ProtobufWriter, span: ReadableSpan): void {
  writer.count(SPAN_DROPPED_ATTRIBUTES, span.droppedAttributesCount);
  writer.count(SPAN_DROPPED_EVENTS, span.droppedEventsCount);
  writer.count(SPAN_DROPPED_LINKS, span.droppedLinksCount);
  const { code, message } = span.status;
  if (code === SpanStatusCode.UNSET) return;
  const start = writer.begin(SPAN_STATUS, 1);
  if (typeof message === 'string' && message !== '') writer.string(STATUS_MESSAGE, message);
  writer.uint32(STATUS_CODE, code);
  writer.finish(start, 1);
}

function writeLinkContext(writer: ProtobufWriter, context: SpanContext): void {
  writer.id(LINK_TRACE_ID, context.traceId, TRACE_ID_BYTES);
  writer.id(LINK_SPAN_ID, context.spanId, SPAN_ID_BYTES);
  if (context.traceState !== undefined) {
    writeTraceState(writer, LINK_TRACE_STATE, context.traceState);
  }
}

function finishLink(
  writer: ProtobufWriter,
  start: number,
  context: SpanContext,
  droppedAttributesCount: number | undefined,
): void {
  writer.count(LINK_DROPPED_ATTRIBUTES, droppedAttributesCount);
  writer.ensure(5);
  writer.bytes[writer.position++] = LINK_FLAGS;
  putFlags(writer, spanFlags(context.traceFlags, context.isRemote));
  writer.finish(start, 1);
}

/** `flags` is field 16, the first whose tag takes two bytes. */
function writeSpanFlags(writer: ProtobufWriter, flags: number): void {
  writer.ensure(6);
  writer.bytes[writer.position++] = 0x85;
  writer.bytes[writer.position++] = 0x01;
  putFlags(writer, flags);
}

function putFlags(writer: ProtobufWriter, flags: number): void {
  const { bytes, position } = writer;
  bytes[position] = flags;
  bytes[position + 1] = flags >> 8;
  bytes[position + 2] = 0;
  bytes[position + 3] = 0;
  writer.position = position + 4;
}

/**
 * The `flags` of a span or a link: the W3C trace flags, and whether the parent of the span, or the target
 * of the link, is remote. Spec: opentelemetry-proto v1, `SpanFlags`.
 */
export function spanFlags(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & W3C_MASK) | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
}

function writeTraceState(
  writer: ProtobufWriter,
  tag: number,
  traceState: NonNullable<SpanContext['traceState']>,
): void {
  const text = traceState.serialize();
  if (text !== '') writer.string(tag, text);
}

function writeAttributes(
  writer: ProtobufWriter,
  tag: number,
  attributes: Attributes | undefined,
): void {
  if (attributes === undefined || attributes === null) return;
  for (const key of Object.keys(attributes)) writeAttribute(writer, tag, key, attributes[key]);
}

/**
 * Writes the ids of spans. Spans with one parent often follow each other, and then the parent itself: the ids of the
 * parent are kept as bytes, and copied where its context occurs again.
 */
export class SpanIds {
  /** The context whose ids {@link bytes} has. */
  private last: SpanContext | undefined = undefined;
  /** A trace id, and the id of a span in this trace. */
  private readonly bytes = new Uint8Array(TRACE_ID_BYTES + SPAN_ID_BYTES);

  write(writer: ProtobufWriter, span: RecordingSpan): void {
    const { last, bytes } = this;
    const parent = span.parentSpanContext;
    const isLast = last !== undefined && span.knownContext === last;
    const isBelowLast = last !== undefined && parent === last;
    if (isLast || isBelowLast) writer.rawId(SPAN_TRACE_ID, bytes, 0, TRACE_ID_BYTES);
    else writer.id(SPAN_TRACE_ID, span.traceId, TRACE_ID_BYTES);
    const traceEnd = writer.position;
    if (isLast) writer.rawId(SPAN_SPAN_ID, bytes, TRACE_ID_BYTES, SPAN_ID_BYTES);
    else writer.id(SPAN_SPAN_ID, span.spanId, SPAN_ID_BYTES);
    if (parent === undefined) return;
    if (isBelowLast) {
      writer.rawId(SPAN_PARENT_SPAN_ID, bytes, TRACE_ID_BYTES, SPAN_ID_BYTES);
      return;
    }
    writer.id(SPAN_PARENT_SPAN_ID, parent.spanId, SPAN_ID_BYTES);
    // The parent of another process does not end here.
    if (parent.isRemote !== true) this.keep(writer, parent, traceEnd);
  }

  private keep(writer: ProtobufWriter, context: SpanContext, traceEnd: number): void {
    const { bytes } = this;
    const source = writer.bytes;
    for (let i = 0; i < TRACE_ID_BYTES; i++) {
      bytes[i] = source[traceEnd - TRACE_ID_BYTES + i] as number;
    }
    for (let i = 0; i < SPAN_ID_BYTES; i++) {
      bytes[TRACE_ID_BYTES + i] = source[writer.position - SPAN_ID_BYTES + i] as number;
    }
    this.last = context;
  }
}
