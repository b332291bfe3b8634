import type {
  AnyAttributes,
  AnyValue,
  ResourceRecord,
  ScopeRecord,
  SpanRecord,
} from '../analysis/span-record.js';
import { SpanKind } from '../analysis/span-record.js';
import { base64OfBytes } from './base64.js';
import { defined } from './json-input.js';

/**
 * Writes spans as one request of OTLP/JSON, which backends and viewers read. Spans with the same resource
 * and scope object stand together.
 *
 * Spec: opentelemetry-proto, `docs/specification.md#json-protobuf-encoding`.
 */
export function writeOtlpJson(spans: readonly SpanRecord[]): string {
  const resources = new Map<
    ResourceRecord | undefined,
    Map<ScopeRecord | undefined, SpanRecord[]>
  >();
  for (const span of spans) {
    let scopes = resources.get(span.resource);
    if (scopes === undefined) {
      scopes = new Map();
      resources.set(span.resource, scopes);
    }
    const sameScope = scopes.get(span.scope);
    if (sameScope === undefined) scopes.set(span.scope, [span]);
    else sameScope.push(span);
  }
  return JSON.stringify({
    resourceSpans: [...resources].map(([resource, scopes]) =>
      defined({
        resource: defined({
          attributes: keyValues(resource?.attributes ?? {}),
          droppedAttributesCount: resource?.droppedAttributesCount,
        }),
        schemaUrl: resource?.schemaUrl,
        scopeSpans: [...scopes].map(([scope, ofScope]) =>
          defined({
            scope: scopeJson(scope),
            schemaUrl: scope?.schemaUrl,
            spans: ofScope.map(spanJson),
          }),
        ),
      }),
    ),
  });
}

function scopeJson(scope: ScopeRecord | undefined): object {
  if (scope === undefined) return {};
  const { name, version, attributes, droppedAttributesCount } = scope;
  return defined({ name, version, attributes: optional(attributes), droppedAttributesCount });
}

function spanJson(span: SpanRecord): object {
  const { status, statusMessage } = span;
  return defined({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceState: span.traceState,
    flags: span.flags,
    name: span.name,
    kind: span.kind ?? SpanKind.INTERNAL,
    startTimeUnixNano: String(span.startNanos),
    endTimeUnixNano: String(span.endNanos ?? 0n),
    attributes: optional(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events?.map(({ name, timeNanos, attributes, droppedAttributesCount }) =>
      defined({
        name,
        timeUnixNano: String(timeNanos),
        attributes: optional(attributes),
        droppedAttributesCount,
      }),
    ),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links?.map(({ traceId, spanId, traceState, attributes, droppedAttributesCount }) =>
      defined({
        traceId,
        spanId,
        traceState,
        attributes: optional(attributes),
        droppedAttributesCount,
      }),
    ),
    droppedLinksCount: span.droppedLinksCount,
    status: defined({ code: status || undefined, message: statusMessage }),
  });
}

function optional(attributes: AnyAttributes | undefined): object[] | undefined {
  return attributes === undefined ? undefined : keyValues(attributes);
}

function keyValues(attributes: AnyAttributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AnyValue): object {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'bigint':
      return { intValue: String(value) };
    case 'number':
      return numberValue(value);
    default:
      break;
  }
  if (value === null) return {};
  if (value instanceof Uint8Array) return { bytesValue: base64OfBytes(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value as AnyAttributes) } };
}

function numberValue(value: number): object {
  if (Number.isSafeInteger(value)) return { intValue: String(value) };
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}
