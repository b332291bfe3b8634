import { type Attributes, type HrTime, type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import {
  type AttributeList,
  type ReadableSpan,
  type RecordedLink,
  RecordingSpan,
  type TimedEvent,
} from '../../trace/index.js';
import { spanFlags } from './protobuf-span.js';
import { isInt64 } from './protobuf-writer.js';

/** Any half of a surrogate pair; without the flag `u`, so that most texts are tested quickly. */
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * A span in the JSON form of OTLP: ids in hexadecimal, enums as numbers, 64-bit numbers as strings;
 * empty values and zeros are left out. The text is concatenated, because objects for `JSON.stringify`
 * leave several times as much garbage, and longer pauses to collect it.
 * Spec: opentelemetry-proto, `docs/specification.md#json-protobuf-encoding`.
 */
export function jsonSpan(span: ReadableSpan): string {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  const { code, message } = span.status;
  const attributes =
    span instanceof RecordingSpan ? jsonList(span.attributeList) : jsonAttributes(span.attributes);
  // The API counts kinds from 0, the protocol from 1: its 0 means unspecified.
  return (
    `{${jsonIds(context)}` +
    (parent === undefined ? '' : `,"parentSpanId":${jsonText(parent.spanId)}`) +
    `,"flags":${spanFlags(context.traceFlags, parent?.isRemote)}` +
    `,"name":${jsonText(span.name)},"kind":${span.kind + 1}` +
    `,"startTimeUnixNano":"${toNanos(span.startTime)}","endTimeUnixNano":"${toNanos(span.endTime)}"` +
    attributes +
    jsonCount('droppedAttributesCount', span.droppedAttributesCount) +
    jsonMembers('events', span.events, jsonEvent) +
    jsonCount('droppedEventsCount', span.droppedEventsCount) +
    jsonMembers('links', span.links, jsonLink) +
    jsonCount('droppedLinksCount', span.droppedLinksCount) +
    (code === SpanStatusCode.UNSET
      ? ''
      : `,"status":{${message ? `"message":${jsonText(message)},` : ''}"code":${code}}`) +
    '}'
  );
}

/** Attributes as the member `attributes`, with a comma before it; nothing for none. */
export function jsonAttributes(attributes: Readonly<Attributes> | undefined): string {
  return jsonList(attributes && (Object.entries(attributes).flat(1) as AttributeList));
}

/**
 * Returns the text as a JSON string literal, including the quotes. Replaces each unpaired surrogate with
 * U+FFFD, as the protobuf encoding does, because some JSON parsers reject unpaired surrogates.
 */
export function jsonText(text: string): string {
  return JSON.stringify(
    SURROGATE.test(text) ? text.replace(LONE_SURROGATE, '\ufffd') : String(text),
  );
}

function jsonList(list: AttributeList | undefined): string {
  if (list === undefined || list.length === 0) return '';
  let text = '';
  for (let i = 0; i < list.length; i += 2) {
    text += `${i === 0 ? '' : ','}{"key":${jsonText(list[i] as string)},"value":${jsonValue(list[i + 1])}}`;
  }
  return `,"attributes":[${text}]`;
}

function jsonEvent({ time, name, attributes, droppedAttributesCount }: TimedEvent): string {
  return (
    `{"timeUnixNano":"${toNanos(time)}","name":${jsonText(name)}` +
    `${jsonAttributes(attributes)}${jsonCount('droppedAttributesCount', droppedAttributesCount)}}`
  );
}

function jsonLink({ context, attributes, droppedAttributesCount }: RecordedLink): string {
  return (
    `{${jsonIds(context)}${jsonAttributes(attributes)}` +
    `${jsonCount('droppedAttributesCount', droppedAttributesCount)}` +
    `,"flags":${spanFlags(context.traceFlags, context.isRemote)}}`
  );
}

function jsonIds({ traceId, spanId, traceState }: SpanContext): string {
  const state = traceState?.serialize();
  const ids = `"traceId":${jsonText(traceId)},"spanId":${jsonText(spanId)}`;
  return state ? `${ids},"traceState":${jsonText(state)}` : ids;
}

function jsonMembers<T>(
  member: string,
  values: readonly T[],
  toJson: (value: T) => string,
): string {
  return values.length === 0 ? '' : `,"${member}":[${values.map(toJson).join(',')}]`;
}

function jsonCount(member: string, count: number | undefined): string {
  return count !== undefined && count > 0 ? `,"${member}":${count}` : '';
}

function jsonValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${jsonText(value)}}`;
    case 'boolean':
      return `{"boolValue":${value}}`;
    case 'number':
      if (isInt64(value)) return `{"intValue":"${value.toFixed(0)}"}`;
      // JSON has no such numbers; the JSON form of protobuf writes them as strings.
      return `{"doubleValue":${Number.isFinite(value) ? value : `"${value}"`}}`;
    default:
      return Array.isArray(value) ? jsonArray(value) : '{}';
  }
}

function jsonArray(values: readonly unknown[]): string {
  // An attribute value has no nested arrays; a circular one must not be followed.
  const elements = values.map((value) => jsonValue(Array.isArray(value) ? undefined : value));
  return `{"arrayValue":{"values":[${elements.join(',')}]}}`;
}

/** Epoch nanoseconds in decimal digits: no double holds as many. */
function toNanos([seconds, nanos]: HrTime): string {
  const carry = Math.floor(nanos / 1e9);
  const wholeSeconds = seconds + carry;
  const rest = nanos - carry * 1e9;
  return wholeSeconds === 0 ? String(rest) : `${wholeSeconds}${String(rest).padStart(9, '0')}`;
}
