import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type ReadableSpan, type TimedEvent, UNKNOWN_SERVICE_NAME } from '../../trace/index.js';
import { microsBetween, toMicros } from '../hr-time.js';
import { remoteEndpoint, type ZipkinEndpoint } from './remote-endpoint.js';

/** A span as Zipkin's API takes it. Spec: openzipkin/zipkin-api, `zipkin2-api.yaml`, `Span`. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: 'CLIENT' | 'SERVER' | 'PRODUCER' | 'CONSUMER';
  /** Epoch microseconds. */
  readonly timestamp: number;
  /** Microseconds, at least 1: Zipkin reads 0 as unknown. */
  readonly duration: number;
  readonly localEndpoint: ZipkinEndpoint;
  readonly remoteEndpoint?: ZipkinEndpoint;
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
  readonly tags: Readonly<Record<string, string>>;
}

const SERVICE_NAME = 'service.name';
const ERROR = 'error';

/** An internal span has no kind in Zipkin. */
const KINDS: Readonly<Partial<Record<SpanKind, ZipkinSpan['kind']>>> = {
  [SpanKind.CLIENT]: 'CLIENT',
  [SpanKind.SERVER]: 'SERVER',
  [SpanKind.PRODUCER]: 'PRODUCER',
  [SpanKind.CONSUMER]: 'CONSUMER',
};

/**
 * A span in Zipkin's model. Resource, scope, status and the counts of dropped data become tags, because
 * the model has no fields for them. Links and the trace state have no equivalent and are left out.
 * Spec: `trace/sdk_exporters/zipkin.md`, `common/mapping-to-non-otlp.md`.
 */
export function toZipkinSpan(span: ReadableSpan): ZipkinSpan {
  const { traceId, spanId } = span.spanContext();
  const { parentSpanContext, events, resource } = span;
  const kind = KINDS[span.kind];
  const remote = remoteEndpoint(span.kind, span.attributes);
  const serviceName = String(resource.attributes[SERVICE_NAME] ?? UNKNOWN_SERVICE_NAME);
  return {
    traceId,
    id: spanId,
    ...(parentSpanContext && { parentId: parentSpanContext.spanId }),
    name: String(span.name).toLowerCase(),
    ...(kind && { kind }),
    timestamp: toMicros(span.startTime),
    duration: Math.max(1, microsBetween(span.startTime, span.endTime)),
    localEndpoint: { serviceName: serviceName.toLowerCase() },
    ...(remote && { remoteEndpoint: remote }),
    ...(events.length > 0 && { annotations: events.map(toAnnotation) }),
    tags: tagsOf(span),
  };
}

function tagsOf(span: ReadableSpan): Record<string, string> {
  const { code, message } = span.status;
  const { name, version } = span.instrumentationScope;
  const tags: Record<string, string> = {};
  addTags(tags, span.resource.attributes);
  delete tags[SERVICE_NAME];
  addTags(tags, span.attributes);
  // Zipkin shows a span with that tag as failed, whatever its value is.
  if (tags[ERROR] === 'false') delete tags[ERROR];
  if (code === SpanStatusCode.OK) tags['otel.status_code'] = 'OK';
  if (code === SpanStatusCode.ERROR) {
    tags['otel.status_code'] = 'ERROR';
    tags[ERROR] = message ?? '';
  }
  tags['otel.scope.name'] = name;
  if (version) tags['otel.scope.version'] = version;
  addCount(tags, 'otel.dropped_attributes_count', span.droppedAttributesCount);
  addCount(tags, 'otel.dropped_events_count', span.droppedEventsCount);
  addCount(tags, 'otel.dropped_links_count', span.droppedLinksCount);
  return tags;
}

function addTags(tags: Record<string, string>, attributes: Readonly<Attributes>): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) continue;
    tags[key] = Array.isArray(value) ? JSON.stringify(value) : String(value);
  }
}

function addCount(tags: Record<string, string>, key: string, count: number): void {
  if (count > 0) tags[key] = String(count);
}

function toAnnotation({ name, time, attributes }: TimedEvent): {
  timestamp: number;
  value: string;
} {
  const hasAttributes = Object.keys(attributes ?? {}).length > 0;
  const value = hasAttributes ? `${JSON.stringify(name)}: ${JSON.stringify(attributes)}` : name;
  return { timestamp: toMicros(time), value };
}
