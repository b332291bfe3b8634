import { type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import {
  type ReadableSpan,
  type RecordedLink,
  RecordingSpan,
  type TimedEvent,
} from '../../trace/index.js';
import { jsonAttributes, jsonCount, jsonList, jsonNanos, jsonText } from './json-value.js';
import { spanFlags } from './protobuf-span.js';
import type { JsonSignal } from './signal.js';

/** The signal of spans. */
export const JSON_SPANS: JsonSignal<ReadableSpan> = {
  members: ['resourceSpans', 'scopeSpans', 'spans'],
  encode: jsonSpan,
  nameOf: ({ name }) => name,
};

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
    `,"startTimeUnixNano":"${jsonNanos(span.startTime)}","endTimeUnixNano":"${jsonNanos(span.endTime)}"` +
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

function jsonEvent({ time, name, attributes, droppedAttributesCount }: TimedEvent): string {
  return (
    `{"timeUnixNano":"${jsonNanos(time)}","name":${jsonText(name)}` +
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
