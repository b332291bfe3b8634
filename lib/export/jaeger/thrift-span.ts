import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, RecordedLink, TimedEvent } from '../../trace/index.js';
import { microsBetween, toMicros } from '../hr-time.js';
import { ThriftTags } from './thrift-tag.js';
import type { ThriftWriter } from './thrift-writer.js';

// `jaeger.thrift`, structs Span, SpanRef and Log, enum SpanRefType.
const SPAN_TRACE_ID_LOW = 1;
const SPAN_TRACE_ID_HIGH = 2;
const SPAN_ID = 3;
const SPAN_PARENT_SPAN_ID = 4;
const SPAN_OPERATION_NAME = 5;
const SPAN_REFERENCES = 6;
const SPAN_FLAGS = 7;
const SPAN_START_TIME = 8;
const SPAN_DURATION = 9;
const SPAN_TAGS = 10;
const SPAN_LOGS = 11;
const REFERENCE_TYPE = 1;
const REFERENCE_TRACE_ID_LOW = 2;
const REFERENCE_TRACE_ID_HIGH = 3;
const REFERENCE_SPAN_ID = 4;
const LOG_TIMESTAMP = 1;
const LOG_FIELDS = 2;
const CHILD_OF = 0;
const FOLLOWS_FROM = 1;

const NO_SPAN_ID = '0'.repeat(16);
const SPAN_KIND = 'span.kind';
const ERROR = 'error';

/** An internal span has no kind in Jaeger. */
const KIND_NAMES: Readonly<Record<number, string>> = {
  [SpanKind.CLIENT]: 'client',
  [SpanKind.SERVER]: 'server',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

/**
 * Writes a span as the struct `Span` of `jaeger.thrift`. The parent is the first reference, CHILD_OF;
 * the links follow as FOLLOWS_FROM, and as logs where they have attributes, which a reference cannot
 * hold. Spec: `trace/sdk_exporters/jaeger.md`, `common/mapping-to-non-otlp.md`.
 *
 * @throws TypeError for a span with broken ids
 */
export function writeThriftSpan(writer: ThriftWriter, span: ReadableSpan): void {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId;
  writeTraceId(writer, SPAN_TRACE_ID_LOW, SPAN_TRACE_ID_HIGH, traceId);
  writer.i64HexField(SPAN_ID, spanId);
  writer.i64HexField(SPAN_PARENT_SPAN_ID, parentSpanId ?? NO_SPAN_ID);
  writer.stringField(SPAN_OPERATION_NAME, String(span.name));
  writeReferences(writer, traceId, parentSpanId, span.links);
  // Jaeger's flags are those of W3C as far as that goes: 1 is "sampled".
  writer.i32Field(SPAN_FLAGS, traceFlags & 1);
  writer.i64Field(SPAN_START_TIME, toMicros(span.startTime));
  writer.i64Field(SPAN_DURATION, microsBetween(span.startTime, span.endTime));
  writeTags(writer, span);
  writeLogs(writer, span);
  writer.stop();
}

function writeTraceId(writer: ThriftWriter, lowId: number, highId: number, traceId: string): void {
  const digits = traceId.padStart(32, '0');
  writer.i64HexField(lowId, digits.slice(16));
  writer.i64HexField(highId, digits.slice(0, 16));
}

function writeReferences(
  writer: ThriftWriter,
  traceId: string,
  parentSpanId: string | undefined,
  links: readonly RecordedLink[],
): void {
  const count = links.length + (parentSpanId === undefined ? 0 : 1);
  if (count === 0) return;
  const start = writer.beginStructList(SPAN_REFERENCES);
  if (parentSpanId !== undefined) writeReference(writer, CHILD_OF, traceId, parentSpanId);
  for (const { context } of links) {
    writeReference(writer, FOLLOWS_FROM, context.traceId, context.spanId);
  }
  writer.endList(start, count);
}

function writeReference(writer: ThriftWriter, type: number, traceId: string, spanId: string): void {
  writer.i32Field(REFERENCE_TYPE, type);
  writeTraceId(writer, REFERENCE_TRACE_ID_LOW, REFERENCE_TRACE_ID_HIGH, traceId);
  writer.i64HexField(REFERENCE_SPAN_ID, spanId);
  writer.stop();
}

function writeTags(writer: ThriftWriter, span: ReadableSpan): void {
  const { code, message } = span.status;
  const { name, version } = span.instrumentationScope;
  const kind = KIND_NAMES[span.kind];
  const hasFailed = code === SpanStatusCode.ERROR;
  const traceState = span.spanContext().traceState?.serialize();
  const tags = new ThriftTags(writer, SPAN_TAGS);
  tags.addAll(
    span.attributes,
    (key) => (key === ERROR && hasFailed) || (key === SPAN_KIND && kind !== undefined),
  );
  if (kind !== undefined) tags.add(SPAN_KIND, kind);
  if (code !== SpanStatusCode.UNSET) tags.add('otel.status_code', hasFailed ? 'ERROR' : 'OK');
  if (code !== SpanStatusCode.UNSET && message) tags.add('otel.status_description', message);
  if (hasFailed) tags.add(ERROR, true);
  tags.add('otel.scope.name', name);
  if (version) tags.add('otel.scope.version', version);
  if (traceState) tags.add('w3c.tracestate', traceState);
  tags.addCount('otel.dropped_attributes_count', span.droppedAttributesCount);
  tags.addCount('otel.dropped_events_count', span.droppedEventsCount);
  tags.addCount('otel.dropped_links_count', span.droppedLinksCount);
  tags.end();
}

function writeLogs(writer: ThriftWriter, span: ReadableSpan): void {
  const laden = span.links.filter(({ attributes }) => Object.keys(attributes ?? {}).length > 0);
  const count = span.events.length + laden.length;
  if (count === 0) return;
  const start = writer.beginStructList(SPAN_LOGS);
  for (const link of laden) writeLinkLog(writer, toMicros(span.startTime), link);
  for (const event of span.events) writeEventLog(writer, event);
  writer.endList(start, count);
}

function writeEventLog(writer: ThriftWriter, event: TimedEvent): void {
  const { name, time, attributes, droppedAttributesCount } = event;
  writer.i64Field(LOG_TIMESTAMP, toMicros(time));
  const fields = new ThriftTags(writer, LOG_FIELDS);
  // An attribute of that name has precedence.
  if (attributes?.event === undefined) fields.add('event', name);
  fields.addAll(attributes);
  fields.addCount('otel.event.dropped_attributes_count', droppedAttributesCount);
  fields.end();
  writer.stop();
}

function writeLinkLog(writer: ThriftWriter, timestampMicros: number, link: RecordedLink): void {
  const { context, attributes, droppedAttributesCount } = link;
  writer.i64Field(LOG_TIMESTAMP, timestampMicros);
  const fields = new ThriftTags(writer, LOG_FIELDS);
  fields.add('event', 'link');
  fields.add('trace_id', context.traceId);
  fields.add('span_id', context.spanId);
  fields.addAll(attributes, (key) => /^(event|trace_id|span_id)$/.test(key));
  fields.addCount('otel.link.dropped_attributes_count', droppedAttributesCount);
  fields.end();
  writer.stop();
}
