import type { Attributes, HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import type { OtlpJson } from './read-otlp.js';

/**
 * What a span must be read as from its encoding, said from its API form only; members that are empty
 * or zero are left out.
 */
export function expectedSpan(span: ReadableSpan): OtlpJson {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const isFromRemote = span.parentSpanContext?.isRemote === true;
  return withoutNothing({
    traceId,
    spanId,
    traceState: traceState?.serialize(),
    parentSpanId: span.parentSpanContext?.spanId,
    flags: traceFlags + 256 + (isFromRemote ? 512 : 0),
    name: wellFormed(span.name),
    kind: span.kind + 1,
    startTimeUnixNano: nanos(span.startTime),
    endTimeUnixNano: nanos(span.endTime),
    attributes: expectedAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map((event) =>
      withoutNothing({
        timeUnixNano: nanos(event.time),
        name: wellFormed(event.name),
        attributes: expectedAttributes(event.attributes),
        droppedAttributesCount: event.droppedAttributesCount,
      }),
    ),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(({ context, attributes, droppedAttributesCount }) =>
      withoutNothing({
        traceId: context.traceId,
        spanId: context.spanId,
        traceState: context.traceState?.serialize(),
        attributes: expectedAttributes(attributes),
        droppedAttributesCount,
        flags: context.traceFlags + 256 + (context.isRemote === true ? 512 : 0),
      }),
    ),
    droppedLinksCount: span.droppedLinksCount,
    status:
      span.status.code === 0
        ? undefined
        : withoutNothing({
            message: wellFormed(span.status.message ?? ''),
            code: span.status.code,
          }),
  });
}

export function expectedAttributes(attributes: Readonly<Attributes> | undefined): OtlpJson[] {
  return Object.entries(attributes ?? {}).map(([key, value]) => ({
    key: wellFormed(key),
    value: expectedValue(value),
  }));
}

function expectedValue(value: unknown): OtlpJson {
  if (typeof value === 'string') return { stringValue: wellFormed(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    const isInteger = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
    return isInteger ? { intValue: BigInt(value).toString() } : { doubleValue: value };
  }
  if (Array.isArray(value)) {
    return { arrayValue: value.length === 0 ? {} : { values: value.map(expectedValue) } };
  }
  return {};
}

function nanos([seconds, rest]: HrTime): string {
  return (BigInt(seconds) * 1_000_000_000n + BigInt(rest)).toString();
}

/** As UTF-8 takes a text that holds half surrogate pairs. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

function withoutNothing(message: OtlpJson): OtlpJson {
  return Object.fromEntries(
    Object.entries(message).filter(
      ([, value]) =>
        value !== undefined && value !== 0 && value !== '' && !(Array.isArray(value) && !value[0]),
    ),
  );
}
