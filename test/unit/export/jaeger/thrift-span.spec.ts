import { describe, expect, it } from '@jest/globals';
import { type SpanContext, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ThriftEncoding } from '../../../../lib/export/jaeger/thrift-encoding.js';
import { writeThriftSpan } from '../../../../lib/export/jaeger/thrift-span.js';
import { ThriftWriter } from '../../../../lib/export/jaeger/thrift-writer.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { KNOWN_SPAN, REMOTE_PARENT } from '../otlp/sample-spans.js';
import { readBatch, type ThriftStruct, valuesOf } from './read-batch.js';

async function write(changes: Partial<ReadableSpan>): Promise<ThriftStruct> {
  const { body } = encodeSpans(new ThriftEncoding(), [{ ...KNOWN_SPAN, ...changes }]);
  return readBatch(body).spans[0];
}

async function tagsOf(changes: Partial<ReadableSpan>): Promise<Record<string, unknown>> {
  return valuesOf((await write(changes)).tags);
}

describe('a span for Jaeger', () => {
  it('has ids that are the bytes of the W3C ids', async () => {
    const ids = { traceId: 'ff'.repeat(8) + '01'.repeat(8), spanId: 'fe'.repeat(8), traceFlags: 1 };
    expect(await write({ spanContext: () => ids })).toMatchObject({
      traceIdHigh: -1n,
      traceIdLow: 0x0101010101010101n,
      spanId: BigInt.asIntN(64, 0xfefefefefefefefen),
      flags: 1,
    });
  });

  it('takes a trace id of 64 bits', async () => {
    const ids = { traceId: '00000000000000ff', spanId: '1'.repeat(16), traceFlags: 0 };
    expect(await write({ spanContext: () => ids })).toMatchObject({
      traceIdHigh: 0n,
      traceIdLow: 255n,
      flags: 0,
    });
  });

  it('refuses ids that are none', () => {
    const spanContext = (): SpanContext => ({ traceId: 'zz', spanId: 'zz', traceFlags: 1 });
    expect(() => writeThriftSpan(new ThriftWriter(), { ...KNOWN_SPAN, spanContext })).toThrow(
      TypeError,
    );
  });

  it('has neither parent nor reference as the root of a trace', async () => {
    const { parentSpanContext: _, ...root } = KNOWN_SPAN;
    const { body } = encodeSpans(new ThriftEncoding(), [root]);
    const [span] = readBatch(body).spans;
    expect(span.parentSpanId).toBe(0n);
    expect(span).not.toHaveProperty('references');
  });

  it('is a child of its parent, and follows from what it links to', async () => {
    const span = await write({ links: [{ context: REMOTE_PARENT }] });
    expect(span.references).toEqual([
      {
        refType: 'CHILD_OF',
        traceIdHigh: 0x0001020304050607n,
        traceIdLow: 0x08090a0b0c0d0e0fn,
        spanId: 0x2021222324252627n,
      },
      {
        refType: 'FOLLOWS_FROM',
        traceIdHigh: BigInt.asIntN(64, 0xccccccccccccccccn),
        traceIdLow: BigInt.asIntN(64, 0xccccccccccccccccn),
        spanId: BigInt.asIntN(64, 0xddddddddddddddddn),
      },
    ]);
  });

  it('tells the attributes of a link in a log', async () => {
    const attributes = { 'link.order': 3, event: 'mine' };
    const link = { context: REMOTE_PARENT, attributes, droppedAttributesCount: 2 };
    const { logs, startTime } = await write({ links: [link], events: [] });
    expect(logs).toHaveLength(1);
    expect(logs[0].timestamp).toBe(startTime);
    expect(valuesOf(logs[0].fields)).toEqual({
      event: 'link',
      trace_id: 'c'.repeat(32),
      span_id: 'd'.repeat(16),
      'link.order': 3n,
      'otel.link.dropped_attributes_count': 2n,
    });
  });

  it.each([
    [SpanKind.CLIENT, 'client'],
    [SpanKind.SERVER, 'server'],
    [SpanKind.PRODUCER, 'producer'],
    [SpanKind.CONSUMER, 'consumer'],
    [SpanKind.INTERNAL, undefined],
  ])('has its kind %s as the tag %s', async (kind, tag) => {
    expect((await tagsOf({ kind }))['span.kind']).toBe(tag);
  });

  it('has no tag for a status that nobody set', async () => {
    const tags = await tagsOf({ status: { code: SpanStatusCode.UNSET, message: 'no' } });
    expect(Object.keys(tags).filter((key) => /status_|error/.test(key))).toEqual([]);
  });

  it('has a tag for a status that is ok', async () => {
    const tags = await tagsOf({ status: { code: SpanStatusCode.OK } });
    expect(tags['otel.status_code']).toBe('OK');
    expect(tags).not.toHaveProperty('error');
    expect(tags).not.toHaveProperty(['otel.status_description']);
  });

  it('has one tag of a name when its own says the same', async () => {
    const { tags } = await write({ attributes: { error: 'x', 'span.kind': 'mine' } });
    const keys = tags.map(({ key }: { key: string }) => key);
    expect(keys.filter((key: string) => key === 'error' || key === 'span.kind')).toEqual([
      'span.kind',
      'error',
    ]);
    expect(valuesOf(tags)).toMatchObject({ error: true, 'span.kind': 'server' });
  });

  it('has tags of the types of its attributes', async () => {
    const attributes = {
      text: 'a',
      empty: '',
      whole: -3,
      large: 2 ** 62,
      fraction: 0.5,
      beyond: 2 ** 63,
      notANumber: Number.NaN,
      flag: true,
      list: ['a', null, 'b'],
      none: undefined,
    };
    expect(await tagsOf({ attributes })).toMatchObject({
      text: 'a',
      empty: '',
      whole: -3n,
      large: 2n ** 62n,
      fraction: 0.5,
      beyond: 2 ** 63,
      notANumber: Number.NaN,
      flag: true,
      list: '["a",null,"b"]',
    });
    expect(await tagsOf({ attributes })).not.toHaveProperty('none');
  });

  it('says what it lost, and the trace state', async () => {
    const { traceState } = REMOTE_PARENT;
    const context = { ...KNOWN_SPAN.spanContext(), ...(traceState && { traceState }) };
    const tags = await tagsOf({
      droppedAttributesCount: 1,
      droppedEventsCount: 2,
      droppedLinksCount: 3,
      spanContext: () => context,
    });
    expect(tags).toMatchObject({
      'otel.dropped_attributes_count': 1n,
      'otel.dropped_events_count': 2n,
      'otel.dropped_links_count': 3n,
      'w3c.tracestate': 'vendor=value,other=1',
    });
  });

  it('tells its events in logs, in which an attribute named event has precedence', async () => {
    const { logs } = await write({
      events: [
        { name: 'first', time: [1, 999], attributes: { a: 1 }, droppedAttributesCount: 4 },
        { name: 'second', time: [1, 1000], attributes: { event: 'mine' } },
      ],
    });
    expect(logs.map(({ timestamp }: ThriftStruct) => timestamp)).toEqual([1_000_000n, 1_000_001n]);
    expect(logs.map(({ fields }: ThriftStruct) => valuesOf(fields))).toEqual([
      { event: 'first', a: 1n, 'otel.event.dropped_attributes_count': 4n },
      { event: 'mine' },
    ]);
  });

  it('takes no time less than none', async () => {
    expect((await write({ endTime: [0, 0] })).duration).toBe(0n);
  });
});
