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
import { bytesOfBase64 } from './base64.js';
import {
  bigintOf,
  defined,
  exactNumber,
  FormatError,
  isObject,
  type JsonObject,
  jsonTexts,
  objectsIn,
  type ReadSpans,
  stringOf,
} from './json-input.js';

/**
 * Reads spans from the JSON of Jaeger: what its page saves, what its HTTP API answers, or one trace.
 *
 * Tags become what they are made of: kind, status, scope and trace state. A span with a parent that it only
 * follows (`FOLLOWS_FROM`) gets `opentracing.ref_type`, so that nobody counts as waiting for it. Spec:
 * OpenTelemetry, `specification/trace/sdk_exporters/jaeger.md`, backwards.
 * @throws FormatError for a text that is no JSON, or JSON without spans of Jaeger
 */
export function readJaegerJson(text: string): ReadSpans {
  const traces = jsonTexts(text).flatMap(tracesIn);
  if (traces.length === 0) throw new FormatError('There are no traces of Jaeger in it');
  const spans: SpanRecord[] = [];
  let refusedCount = 0;
  for (const trace of traces) {
    const processes = new Map<string, Origin>();
    for (const [id, process] of Object.entries(isObject(trace.processes) ? trace.processes : {})) {
      if (isObject(process))
        processes.set(id, { resource: resourceOf(process), scopes: new Map() });
    }
    for (const span of objectsIn(trace.spans)) {
      const origin = isObject(span.process)
        ? { resource: resourceOf(span.process), scopes: new Map() }
        : processes.get(stringOf(span.processID) ?? '');
      const record = spanOf(span, stringOf(trace.traceID), origin);
      if (record === undefined) refusedCount++;
      else spans.push(record);
    }
  }
  return { spans, refusedCount };
}

/** Whether JSON is what {@link readJaegerJson} reads. */
export function isJaegerJson(value: unknown): boolean {
  return tracesIn(value).length > 0;
}

/** A process with the scopes of its spans, so that equal ones are one object. */
interface Origin {
  readonly resource: ResourceRecord;
  readonly scopes: Map<string, ScopeRecord>;
}

function tracesIn(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(tracesIn);
  if (!isObject(value)) return [];
  if (Array.isArray(value.data)) return value.data.filter(isTrace);
  return isTrace(value) ? [value] : [];
}

function isTrace(value: unknown): value is JsonObject {
  return (
    isObject(value) &&
    Array.isArray(value.spans) &&
    value.spans.some((span) => isObject(span) && 'spanID' in span)
  );
}

function resourceOf(process: JsonObject): ResourceRecord {
  const tags = tagsOf(process.tags);
  const hostName = tags.get('hostname');
  if (hostName !== undefined && !tags.has('host.name')) tags.set('host.name', hostName);
  tags.delete('hostname');
  return {
    attributes: Object.fromEntries([
      ['service.name', stringOf(process.serviceName) ?? ''],
      ...tags,
    ]),
  };
}

function spanOf(
  span: JsonObject,
  traceIdOfTrace: string | undefined,
  origin: Origin | undefined,
): SpanRecord | undefined {
  const traceId = idOf(span.traceID ?? traceIdOfTrace, 32);
  const spanId = idOf(span.spanID, 16);
  const startNanos = nanosOf(span.startTime);
  const durationNanos = nanosOf(span.duration ?? 0);
  if (traceId === undefined || spanId === undefined) return undefined;
  if (startNanos === undefined || durationNanos === undefined) return undefined;
  const tags = tagsOf(span.tags);
  const { parentSpanId, follows, links } = referencesOf(span, traceId);
  const kind = kindOf(take(tags, 'span.kind'));
  const status = statusOf(tags);
  const scope = origin === undefined ? undefined : scopeOf(tags, origin.scopes);
  const traceState = stringOf(take(tags, 'w3c.tracestate'));
  if (follows) tags.set('opentracing.ref_type', 'follows_from');
  return defined({
    traceId,
    spanId,
    parentSpanId,
    traceState,
    name: stringOf(span.operationName) ?? '',
    kind,
    startNanos,
    endNanos: startNanos + durationNanos,
    ...status,
    attributes: optional(tags),
    events: eventsOf(span.logs),
    links: links.length === 0 ? undefined : links,
    resource: origin?.resource,
    scope,
  });
}

/** The first parent that waits, else the first that does not; what is left becomes links. */
function referencesOf(
  span: JsonObject,
  traceId: string,
): { parentSpanId: string | undefined; follows: boolean; links: LinkRecord[] } {
  const references = objectsIn(span.references).flatMap((reference) => {
    const spanId = idOf(reference.spanID, 16);
    if (spanId === undefined) return [];
    const ofTrace = idOf(reference.traceID, 32) ?? traceId;
    return [{ spanId, traceId: ofTrace, follows: reference.refType === 'FOLLOWS_FROM' }];
  });
  const own = references.filter((reference) => reference.traceId === traceId);
  const parent = own.find(({ follows }) => !follows) ?? own[0];
  const links = references
    .filter((reference) => reference !== parent)
    .map(({ traceId, spanId, follows }): LinkRecord => {
      const type = follows ? 'follows_from' : 'child_of';
      return { traceId, spanId, attributes: { 'opentracing.ref_type': type } };
    });
  return {
    parentSpanId: parent?.spanId ?? idOf(span.parentSpanID, 16),
    follows: parent?.follows === true,
    links,
  };
}

function statusOf(tags: Map<string, AnyValue>): { status: SpanStatus; statusMessage?: string } {
  const code = stringOf(take(tags, 'otel.status_code'));
  const statusMessage = stringOf(take(tags, 'otel.status_description'));
  const error = tags.get('error');
  const isError = code === 'ERROR' || (code === undefined && (error === true || error === 'true'));
  if (isError || code !== undefined) tags.delete('error');
  if (isError) return { status: SpanStatus.ERROR, ...defined({ statusMessage }) };
  return { status: code === 'OK' ? SpanStatus.OK : SpanStatus.UNSET };
}

const KINDS: Readonly<Record<string, SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

function kindOf(value: AnyValue | undefined): SpanKind {
  const word = String(value ?? '');
  return Object.hasOwn(KINDS, word) ? (KINDS[word] as SpanKind) : SpanKind.INTERNAL;
}

function scopeOf(
  tags: Map<string, AnyValue>,
  scopes: Map<string, ScopeRecord>,
): ScopeRecord | undefined {
  const name = stringOf(take(tags, 'otel.scope.name') ?? take(tags, 'otel.library.name'));
  const version = stringOf(take(tags, 'otel.scope.version') ?? take(tags, 'otel.library.version'));
  if (name === undefined) return undefined;
  const key = JSON.stringify([name, version]);
  const scope = scopes.get(key) ?? defined({ name, version });
  scopes.set(key, scope);
  return scope;
}

function eventsOf(logs: unknown): EventRecord[] | undefined {
  const events = objectsIn(logs).map((log): EventRecord => {
    const fields = tagsOf(log.fields);
    const name = stringOf(take(fields, 'event')) ?? 'log';
    const timeNanos = nanosOf(log.timestamp) ?? 0n;
    return defined({ name, timeNanos, attributes: optional(fields) });
  });
  return events.length === 0 ? undefined : events;
}

function tagsOf(value: unknown): Map<string, AnyValue> {
  const tags = new Map<string, AnyValue>();
  for (const { key, type, value: tagValue } of objectsIn(value)) {
    if (typeof key === 'string') tags.set(key, valueOfTag(type, tagValue));
  }
  return tags;
}

function valueOfTag(type: unknown, value: unknown): AnyValue {
  if (type === 'bool') return value === true || value === 'true';
  if (type === 'int64') {
    const integer = bigintOf(value);
    return integer === undefined ? null : exactNumber(integer);
  }
  if (type === 'float64') return Number(value);
  if (type === 'binary') return bytesOfBase64(String(value)) ?? null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' ? value : null;
}

function take(tags: Map<string, AnyValue>, key: string): AnyValue | undefined {
  const value = tags.get(key);
  tags.delete(key);
  return value;
}

function optional(tags: ReadonlyMap<string, AnyValue>): AnyAttributes | undefined {
  return tags.size === 0 ? undefined : Object.fromEntries(tags);
}

/** Jaeger leaves zeros out that an id begins with. */
function idOf(value: unknown, length: number): string | undefined {
  if (typeof value !== 'string' || value.length > length || !/^[0-9a-f]+$/i.test(value)) {
    return undefined;
  }
  return /^0+$/.test(value) ? undefined : value.toLowerCase().padStart(length, '0');
}

/** Microseconds, usually whole, as nanoseconds. */
function nanosOf(value: unknown): bigint | undefined {
  const whole = bigintOf(value);
  if (whole !== undefined) return whole * 1_000n;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const micros = Math.trunc(value);
  return BigInt(micros) * 1_000n + BigInt(Math.round((value - micros) * 1_000));
}
