import type { Attributes, HrTime, SpanContext } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, RecordedLink, TimedEvent } from '../../trace/index.js';
import { spanFlags } from './span-flags.js';

/**
 * A span in the JSON form of OTLP, for `JSON.stringify`: ids in hexadecimal, enums as numbers, 64-bit
 * numbers as strings; what is empty or zero is left out. Spec: opentelemetry-proto,
 * `docs/specification.md#json-protobuf-encoding`.
 */
export function toJsonSpan(span: ReadableSpan): object {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    ...toIds(context),
    parentSpanId: parent?.spanId,
    flags: spanFlags(context.traceFlags, parent?.isRemote),
    name: wellFormed(span.name),
    // The API counts kinds from 0, the protocol from 1: its 0 stands for "not said".
    kind: span.kind + 1,
    startTimeUnixNano: toNanos(span.startTime),
    endTimeUnixNano: toNanos(span.endTime),
    attributes: toKeyValues(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount || undefined,
    events: span.events.length === 0 ? undefined : span.events.map(toJsonEvent),
    droppedEventsCount: span.droppedEventsCount || undefined,
    links: span.links.length === 0 ? undefined : span.links.map(toJsonLink),
    droppedLinksCount: span.droppedLinksCount || undefined,
    status: span.status.code === SpanStatusCode.UNSET ? undefined : toJsonStatus(span.status),
  };
}

/** Attributes as a list of `KeyValue`; undefined for none. */
export function toKeyValues(attributes: Readonly<Attributes> | undefined): object[] | undefined {
  const entries = Object.entries(attributes ?? {});
  if (entries.length === 0) return undefined;
  return entries.map(([key, value]) => ({ key: wellFormed(key), value: toAnyValue(value) }));
}

/** A text that JSON may hold: half surrogate pairs become U+FFFD, as in the binary form. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function toJsonEvent(event: TimedEvent): object {
  return {
    timeUnixNano: toNanos(event.time),
    name: wellFormed(event.name),
    attributes: toKeyValues(event.attributes),
    droppedAttributesCount: event.droppedAttributesCount || undefined,
  };
}

function toJsonLink({ context, attributes, droppedAttributesCount }: RecordedLink): object {
  return {
    ...toIds(context),
    attributes: toKeyValues(attributes),
    droppedAttributesCount: droppedAttributesCount || undefined,
    flags: spanFlags(context.traceFlags, context.isRemote),
  };
}

function toJsonStatus({ code, message }: ReadableSpan['status']): object {
  return { message: message ? wellFormed(message) : undefined, code };
}

function toIds({ traceId, spanId, traceState }: SpanContext): object {
  return { traceId, spanId, traceState: traceState?.serialize() || undefined };
}

function toAnyValue(value: unknown): object {
  switch (typeof value) {
    case 'string':
      return { stringValue: wellFormed(value) };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isSafeInteger(value)
        ? { intValue: value.toFixed(0) }
        : { doubleValue: Number.isFinite(value) ? value : String(value) };
    default:
      if (!Array.isArray(value)) return {};
      // An attribute holds no arrays of arrays; one that circles must not be followed.
      return {
        arrayValue: {
          values: value.map((element) => toAnyValue(Array.isArray(element) ? undefined : element)),
        },
      };
  }
}

/** Epoch nanoseconds in decimal digits: no double holds as many. */
function toNanos([seconds, nanos]: HrTime): string {
  const carry = Math.floor(nanos / 1e9);
  return `${seconds + carry}${String(nanos - carry * 1e9).padStart(9, '0')}`;
}
