import { describe, expect, it } from '@jest/globals';
import type { HrTime } from '@opentelemetry/api';
import { SpanWriter, spanFlags } from '../../../../lib/export/otlp/protobuf-span.js';
import { ProtobufWriter } from '../../../../lib/export/otlp/protobuf-writer.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { endedSpan } from '../../../support/span-source.js';
import { expectedSpan } from './expected-otlp.js';
import { type OtlpJson, readRequest, spansOf } from './read-otlp.js';
import { sampleSpans } from './sample-spans.js';

/** As field 2 of a `ScopeSpans` in a `ResourceSpans` in a request. */
function encodeAndRead(span: ReadableSpan): OtlpJson {
  const writer = new ProtobufWriter(64);
  const resourceSpans = writer.begin(0x0a, 3);
  const scopeSpans = writer.begin(0x12, 3);
  new SpanWriter().write(writer, 0x12, span);
  writer.finish(scopeSpans, 3);
  writer.finish(resourceSpans, 3);
  const [read] = spansOf(readRequest(writer.written()));
  return read as OtlpJson;
}

/** The span as others see it: its API form, without what only we know of. */
function asForeign(span: ReadableSpan): ReadableSpan {
  const { name, kind, parentSpanContext, startTime, endTime, duration, status } = span;
  const { attributes, links, events, ended, resource, instrumentationScope } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  return {
    name,
    kind,
    spanContext: () => span.spanContext(),
    ...(parentSpanContext === undefined ? {} : { parentSpanContext }),
    startTime,
    endTime,
    duration,
    status,
    attributes,
    links,
    events,
    ended,
    resource,
    instrumentationScope,
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
  };
}

describe('writeSpan', () => {
  it.each(sampleSpans())('writes %s', (_, span) => {
    expect(encodeAndRead(span)).toEqual(expectedSpan(span));
  });

  it.each(sampleSpans())('writes %s the same from its API form', (_, span) => {
    expect(encodeAndRead(asForeign(span))).toEqual(expectedSpan(span));
  });

  it.each<[HrTime, string]>([
    [[0, 1], '1'],
    [[1_700_000_000, 999_999_999], '1700000000999999999'],
    [[1_700_000_000, 1_000_000_000], '1700000001000000000'],
    [[4_294_967_296, 5], '4294967296000000005'],
    [[18_446_744_073, 709_551_615], '18446744073709551615'],
  ])('writes the time %j to the nanosecond', (time, nanos) => {
    const span = { ...asForeign(endedSpan()), startTime: time, endTime: time };
    expect(encodeAndRead(span)).toMatchObject({ startTimeUnixNano: nanos, endTimeUnixNano: nanos });
  });

  it('writes ten thousand times as the API has them', () => {
    const span = endedSpan();
    const times = span as { startMillis: number; endMillis: number };
    for (let i = 0; i < 10_000; i++) {
      times.startMillis = i * 7919.123457;
      times.endMillis = times.startMillis + 0.000001 * i;
      const [seconds, nanos] = span.endTime;
      const read = encodeAndRead(span);
      if (read.endTimeUnixNano !== String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos))) {
        expect([times.endMillis, read.endTimeUnixNano]).toEqual(span.endTime);
      }
    }
    expect(encodeAndRead(span)).toEqual(expectedSpan(span));
  });
});

describe('spanFlags', () => {
  it.each<[number, boolean | undefined, number]>([
    [0x00, undefined, 0x100],
    [0x01, undefined, 0x101],
    [0x03, false, 0x103],
    [0x01, true, 0x301],
    [0xfff, true, 0x3ff],
  ])('of the flags %i, remote: %p', (traceFlags, isRemote, flags) => {
    expect(spanFlags(traceFlags, isRemote)).toBe(flags);
  });
});
