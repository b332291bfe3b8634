import {
  type AnyAttributes,
  type AnyValue,
  type EventRecord,
  type LinkRecord,
  type ResourceRecord,
  type ScopeRecord,
  SpanKind,
  type SpanRecord,
  SpanStatus,
} from '../analysis/span-record.js';
import { bytesOfBase64, hexOfBytes } from './base64.js';
import {
  bigintOf,
  countOf,
  defined,
  exactNumber,
  FormatError,
  isObject,
  type JsonObject,
  jsonTexts,
  memberOf,
  objectsIn,
  type ReadSpans,
  stringOf,
} from './json-input.js';

/** Deeper values are cut, so that no file overflows the call stack. */
const MAX_VALUE_DEPTH = 100;
const KIND_PREFIX = 'SPAN_KIND_';
const STATUS_PREFIX = 'STATUS_CODE_';

/**
 * Reads spans from OTLP/JSON: a request, a list of requests, or one in each line, as the file exporters of
 * the Collector and of this library write them. Exports of Tempo (`batches`) are read as well, and names
 * and encodings that older writers used.
 *
 * Spec: opentelemetry-proto, `docs/specification.md#json-protobuf-encoding`.
 * @throws FormatError for a text that is no JSON, or JSON without spans of OTLP
 */
export function readOtlpJson(text: string): ReadSpans {
  const spans: SpanRecord[] = [];
  let refusedCount = 0;
  const requests = jsonTexts(text).flatMap((value) => (Array.isArray(value) ? value : [value]));
  if (!requests.some(isOtlpJson)) throw new FormatError('There are no resourceSpans of OTLP in it');
  for (const request of requests.filter(isOtlpJson)) {
    for (const resourceSpans of objectsIn(memberOf(request, 'resourceSpans', 'batches'))) {
      const resource = resourceOf(resourceSpans);
      for (const scopeSpans of objectsIn(
        memberOf(resourceSpans, 'scopeSpans', 'instrumentationLibrarySpans'),
      )) {
        const scope = scopeOf(scopeSpans);
        for (const span of objectsIn(scopeSpans.spans)) {
          const record = spanOf(span, resource, scope);
          if (record === undefined) refusedCount++;
          else spans.push(record);
        }
      }
    }
  }
  return { spans, refusedCount };
}

/** Whether JSON has the member that a request of OTLP has. */
export function isOtlpJson(value: unknown): value is JsonObject {
  return isObject(value) && Array.isArray(memberOf(value, 'resourceSpans', 'batches'));
}

function resourceOf(resourceSpans: JsonObject): ResourceRecord {
  const resource = isObject(resourceSpans.resource) ? resourceSpans.resource : {};
  return defined({
    attributes: attributesOf(resource.attributes, 0),
    droppedAttributesCount: countOf(resource.droppedAttributesCount),
    schemaUrl: stringOf(resourceSpans.schemaUrl) || undefined,
  });
}

function scopeOf(scopeSpans: JsonObject): ScopeRecord {
  const scope = memberOf(scopeSpans, 'scope', 'instrumentationLibrary');
  const { name, version, attributes, droppedAttributesCount } = isObject(scope) ? scope : {};
  return defined({
    name: stringOf(name) ?? '',
    version: stringOf(version) || undefined,
    attributes: optionalAttributes(attributes),
    droppedAttributesCount: countOf(droppedAttributesCount),
    schemaUrl: stringOf(scopeSpans.schemaUrl) || undefined,
  });
}

function spanOf(
  span: JsonObject,
  resource: ResourceRecord,
  scope: ScopeRecord,
): SpanRecord | undefined {
  const traceId = idOf(span.traceId, 16);
  const spanId = idOf(span.spanId, 8);
  const startNanos = bigintOf(span.startTimeUnixNano);
  if (traceId === undefined || spanId === undefined || startNanos === undefined) return undefined;
  const endNanos = bigintOf(span.endTimeUnixNano);
  const { code, message } = isObject(span.status) ? span.status : {};
  return defined({
    traceId,
    spanId,
    parentSpanId: idOf(span.parentSpanId, 8),
    traceState: stringOf(span.traceState) || undefined,
    flags: countOf(span.flags),
    name: stringOf(span.name) ?? '',
    kind: enumOf(span.kind, SpanKind, KIND_PREFIX) ?? SpanKind.UNSPECIFIED,
    startNanos,
    // 0 is what a writer sends for a span that has not ended.
    endNanos: endNanos === 0n ? undefined : endNanos,
    status: enumOf(code, SpanStatus, STATUS_PREFIX) ?? SpanStatus.UNSET,
    statusMessage: stringOf(message) || undefined,
    attributes: optionalAttributes(span.attributes),
    events: listOf(span.events, eventOf),
    links: listOf(span.links, linkOf),
    resource,
    scope,
    droppedAttributesCount: countOf(span.droppedAttributesCount),
    droppedEventsCount: countOf(span.droppedEventsCount),
    droppedLinksCount: countOf(span.droppedLinksCount),
  });
}

function eventOf(event: JsonObject): EventRecord {
  return defined({
    name: stringOf(event.name) ?? '',
    timeNanos: bigintOf(event.timeUnixNano) ?? 0n,
    attributes: optionalAttributes(event.attributes),
    droppedAttributesCount: countOf(event.droppedAttributesCount),
  });
}

function linkOf(link: JsonObject): LinkRecord | undefined {
  const traceId = idOf(link.traceId, 16);
  const spanId = idOf(link.spanId, 8);
  if (traceId === undefined || spanId === undefined) return undefined;
  return defined({
    traceId,
    spanId,
    traceState: stringOf(link.traceState) || undefined,
    attributes: optionalAttributes(link.attributes),
    droppedAttributesCount: countOf(link.droppedAttributesCount),
  });
}

function listOf<T>(value: unknown, read: (object: JsonObject) => T | undefined): T[] | undefined {
  const list = objectsIn(value)
    .map(read)
    .filter((record) => record !== undefined);
  return list.length === 0 ? undefined : list;
}

/** An id as hexadecimal digits; ordinary JSON of protobuf has it as base64. Undefined for an invalid id. */
function idOf(value: unknown, byteCount: number): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const hexLength = byteCount * 2;
  if (value.length === hexLength && /^[0-9a-f]+$/i.test(value)) {
    return /^0+$/.test(value) ? undefined : value.toLowerCase();
  }
  const bytes = value.length < hexLength ? bytesOfBase64(value) : undefined;
  return bytes?.length === byteCount && bytes.some((byte) => byte !== 0)
    ? hexOfBytes(bytes)
    : undefined;
}

/** An enum as its number, or as its name with the prefix of protobuf. */
function enumOf<T extends number>(
  value: unknown,
  values: Readonly<Record<string, T>>,
  prefix: string,
): T | undefined {
  if (typeof value === 'string' && value.startsWith(prefix)) {
    const name = value.slice(prefix.length);
    return Object.hasOwn(values, name) ? values[name] : undefined;
  }
  return Object.values(values).find((number) => number === Number(value ?? NaN));
}

function optionalAttributes(value: unknown): AnyAttributes | undefined {
  return Array.isArray(value) && value.length > 0 ? attributesOf(value, 0) : undefined;
}

function attributesOf(value: unknown, depth: number): AnyAttributes {
  const entries = objectsIn(value)
    .filter(({ key }) => typeof key === 'string')
    .map(({ key, value }): [string, AnyValue] => [key as string, anyValueOf(value, depth)]);
  // Not by assignment: `__proto__` is a key like others.
  return Object.fromEntries(entries);
}

function anyValueOf(value: unknown, depth: number): AnyValue {
  if (!isObject(value) || depth > MAX_VALUE_DEPTH) return null;
  if (typeof value.stringValue === 'string') return value.stringValue;
  if (typeof value.boolValue === 'boolean') return value.boolValue;
  const integer = bigintOf(value.intValue);
  if (integer !== undefined) return exactNumber(integer);
  // NaN and the infinities are texts.
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (isObject(value.arrayValue)) {
    return objectsIn(value.arrayValue.values).map((element) => anyValueOf(element, depth + 1));
  }
  if (isObject(value.kvlistValue)) return attributesOf(value.kvlistValue.values, depth + 1);
  if (typeof value.bytesValue === 'string') return bytesOfBase64(value.bytesValue) ?? null;
  return null;
}
