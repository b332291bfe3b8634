import type { Redactor } from '../../delivery/index.js';
import { writeAttribute } from '../../export/otlp/protobuf-attribute.js';
import { PROTOBUF_SPANS } from '../../export/otlp/protobuf-span.js';
import { ProtobufWriter } from '../../export/otlp/protobuf-writer.js';
import type {
  InstrumentationScope,
  ReadableSpan,
  RecordingSpan,
  Resource,
} from '../../trace/index.js';

// opentelemetry-proto v1, `collector/trace/v1/trace_service.proto` and `trace/v1/trace.proto`: field number
// times eight, plus wire type.
const REQUEST_RESOURCE_SPANS = 0x0a;
const RESOURCE_SPANS_RESOURCE = 0x0a;
const RESOURCE_SPANS_SCOPE_SPANS = 0x12;
const RESOURCE_SPANS_SCHEMA_URL = 0x1a;
const RESOURCE_ATTRIBUTE = 0x0a;
const SCOPE_SPANS_SCOPE = 0x0a;
const SCOPE_SPANS_SPAN = 0x12;
const SCOPE_SPANS_SCHEMA_URL = 0x1a;
const SCOPE_NAME = 0x0a;
const SCOPE_VERSION = 0x12;
const SPAN_TRACE_ID = 0x0a;
const SPAN_SPAN_ID = 0x12;
const SPAN_KIND = 0x30;

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
const LONG_LENGTH_SIZE = 3;
const INITIAL_CAPACITY_BYTES = 4 * 1024;
/** How much of spans a report has; encoding more would keep the event loop of the application busy. */
const MAX_SPAN_BYTES = 256 * 1024;

/** A report of a process about its open spans. */
export interface OpenSpanReport {
  /** An `ExportTraceServiceRequest`. */
  readonly body: Buffer;
  /** The ids of the spans that the body has as a whole. */
  readonly sentIds: readonly string[];
  /** The ids of spans that are too long to be sent. */
  readonly tooLongIds: readonly string[];
}

/**
 * Writes what a process reports about its open spans: an OTLP request in which new spans are whole, with 0 as
 * their end, and each known span has nothing but its ids and its kind. Such a span takes 32 bytes.
 *
 * @param spans open spans of one resource
 * @param isKnown whether the receiver has a span already
 * @param redactor removes secrets from what is sent; the spans are not changed
 */
export function writeReport(
  resource: Resource,
  spans: readonly RecordingSpan[],
  isKnown: (span: RecordingSpan) => boolean,
  redactor: Redactor | undefined,
): OpenSpanReport {
  const writeWhole = PROTOBUF_SPANS.createWrite();
  const writer = new ProtobufWriter(INITIAL_CAPACITY_BYTES);
  const sentIds: string[] = [];
  const tooLongIds: string[] = [];
  let wholeBytes = 0;
  const write = (span: RecordingSpan): void => {
    if (isKnown(span)) {
      writeHeartbeat(writer, span);
      return;
    }
    if (wholeBytes >= MAX_SPAN_BYTES) return;
    const start = writer.position;
    writeWhole(writer, SCOPE_SPANS_SPAN, snapshotOf(span, redactor));
    const bytes = writer.position - start;
    if (bytes > MAX_SPAN_BYTES) {
      writer.position = start;
      tooLongIds.push(span.spanId);
      return;
    }
    wholeBytes += bytes;
    sentIds.push(span.spanId);
  };
  const request = writer.begin(REQUEST_RESOURCE_SPANS, LONG_LENGTH_SIZE);
  writeResource(writer, resource);
  for (const [scope, ofScope] of byScope(spans)) {
    const start = writer.begin(RESOURCE_SPANS_SCOPE_SPANS, LONG_LENGTH_SIZE);
    writeScope(writer, scope);
    for (const span of ofScope) write(span);
    if (scope?.schemaUrl) writer.string(SCOPE_SPANS_SCHEMA_URL, scope.schemaUrl);
    writer.finish(start, LONG_LENGTH_SIZE);
  }
  if (resource.schemaUrl) writer.string(RESOURCE_SPANS_SCHEMA_URL, resource.schemaUrl);
  writer.finish(request, LONG_LENGTH_SIZE);
  return { body: writer.written(), sentIds, tooLongIds };
}

/** A report without spans has an empty scope, which says that the process has none. */
function byScope(
  spans: readonly RecordingSpan[],
): Map<InstrumentationScope | undefined, RecordingSpan[]> {
  const scopes = new Map<InstrumentationScope | undefined, RecordingSpan[]>();
  for (const span of spans) {
    const sameScope = scopes.get(span.instrumentationScope);
    if (sameScope === undefined) scopes.set(span.instrumentationScope, [span]);
    else sameScope.push(span);
  }
  return scopes.size === 0 ? new Map([[undefined, []]]) : scopes;
}

function writeResource(writer: ProtobufWriter, { attributes }: Resource): void {
  const start = writer.begin(RESOURCE_SPANS_RESOURCE, 1);
  for (const [key, value] of Object.entries(attributes)) {
    writeAttribute(writer, RESOURCE_ATTRIBUTE, key, value);
  }
  writer.finish(start, 1);
}

function writeScope(writer: ProtobufWriter, scope: InstrumentationScope | undefined): void {
  if (scope === undefined) return;
  const start = writer.begin(SCOPE_SPANS_SCOPE, 1);
  writer.string(SCOPE_NAME, scope.name);
  if (scope.version) writer.string(SCOPE_VERSION, scope.version);
  writer.finish(start, 1);
}

function writeHeartbeat(writer: ProtobufWriter, { traceId, spanId, kind }: RecordingSpan): void {
  const start = writer.begin(SCOPE_SPANS_SPAN, 1);
  writer.id(SPAN_TRACE_ID, traceId, TRACE_ID_BYTES);
  writer.id(SPAN_SPAN_ID, spanId, SPAN_ID_BYTES);
  // The API counts kinds from 0, the protocol from 1.
  writer.uint32(SPAN_KIND, kind + 1);
  writer.finish(start, 1);
}

/** An open span as of now, without secrets, and without an end. */
function snapshotOf(span: RecordingSpan, redactor: Redactor | undefined): ReadableSpan {
  const redacted = (attributes: ReadableSpan['attributes']): ReadableSpan['attributes'] =>
    redactor?.redactAttributes(attributes) ?? attributes;
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext !== undefined && { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: [0, 0],
    duration: [0, 0],
    status: span.status,
    attributes: redacted(span.attributes),
    events: span.events.map((event) => ({
      ...event,
      attributes: redacted(event.attributes ?? {}),
    })),
    links: span.links.map((link) => ({ ...link, attributes: redacted(link.attributes ?? {}) })),
    ended: false,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
