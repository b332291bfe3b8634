import { describe, expect, it } from '@jest/globals';
import { ProtobufEncoding } from '../../../../lib/export/otlp/protobuf-encoding.js';
import { PROTOBUF_SPANS } from '../../../../lib/export/otlp/protobuf-span.js';
import type { ReadableSpan, Resource } from '../../../../lib/trace/index.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { endedSpan, endedSpans } from '../../../support/span-source.js';
import { expectedAttributes, expectedSpan } from './expected-otlp.js';
import { type OtlpJson, readRequest, spansOf } from './read-otlp.js';
import { KNOWN_SPAN, sampleSpans } from './sample-spans.js';

/** What {@link KNOWN_SPAN} is on the wire, put together by hand from the protocol. */
const KNOWN_BYTES = `
0a b701                                   resource_spans, 183 bytes
  0a 1a                                   resource, 26 bytes
    0a 18                                 attributes, 24 bytes
      0a 0c 736572766963652e6e616d65      key: service.name
      12 08 0a 06 6f7264657273            value: string_value orders
  12 8d01                                 scope_spans, 141 bytes
    0a 0b                                 scope, 11 bytes
      0a 04 73686f70                      name: shop
      12 03 312e30                        version: 1.0
    12 7e                                 spans, 126 bytes
      0a 10 000102030405060708090a0b0c0d0e0f  trace_id
      12 08 1011121314151617              span_id
      22 08 2021222324252627              parent_span_id
      2a 06 474554202f61                  name: GET /a
      30 02                               kind: SPAN_KIND_SERVER
      8501 01030000                       flags: sampled, is remote is known, is remote
      39 90d02d36fe9c9717                 start_time_unix_nano: 1700000000000250000
      41 b0713536fe9c9717                 end_time_unix_nano: 1700000000000750000
      4a 12                               attributes, 18 bytes
        0a 0b 687474702e737461747573      key: http.status
        12 03 18 f403                     value: int_value 500
      4a 08                               attributes, 8 bytes
        0a 02 6f6b                        key: ok
        12 02 10 00                       value: bool_value false
      5a 0c                               events, 12 bytes
        09 216bcc71fe9c9717               time_unix_nano: 1700000001000500001
        12 01 65                          name: e
      50 03                               dropped_attributes_count: 3
      7a 06                               status, 6 bytes
        12 02 6e6f                        message: no
        18 02                             code: STATUS_CODE_ERROR
  1a 09 68747470733a2f2f72                schema_url: https://r
`;

/** The bytes of a text in which each line has hexadecimal digits first and words, if any, far behind. */
function bytesOf(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimStart().split(/ {2,}/)[0]?.replaceAll(' ', ''))
    .join('');
}

const encoding = new ProtobufEncoding(PROTOBUF_SPANS);

async function encodeAndRead(spans: readonly ReadableSpan[]): Promise<OtlpJson> {
  const { body, release } = encodeSpans(encoding, spans);
  const request = readRequest(body);
  release();
  return request;
}

describe('ProtobufEncoding', () => {
  it('does not write the resource of a span that went to the next request', () => {
    // Each span has a resource of its own.
    const body = encoding.openBody(500);
    const length = { attributes: { text: 'x'.repeat(400) } };
    expect(body.add(endedSpan('first', undefined, length))).toBeGreaterThan(400);
    expect(body.add(endedSpan('second', undefined, length))).toBe('full');
    const { resourceSpans } = readRequest(body.finish().body);
    expect(resourceSpans).toHaveLength(1);
    expect(resourceSpans[0].scopeSpans).toHaveLength(1);
  });

  it('writes what the protocol says, byte by byte', async () => {
    const { body } = encodeSpans(encoding, [KNOWN_SPAN]);
    expect(body.toString('hex')).toBe(bytesOf(KNOWN_BYTES));
  });

  it('writes all spans with their resource and scope', async () => {
    const spans = sampleSpans().map(([, span]) => span);
    const request = await encodeAndRead(spans);
    expect(spansOf(request)).toEqual(spans.map(expectedSpan));
    const stock = (request.resourceSpans as OtlpJson[]).at(-1);
    expect(stock).toMatchObject({
      resource: { attributes: expectedAttributes(spans.at(-1)?.resource.attributes) },
      scopeSpans: [{ scope: { name: 'stock', version: '1.2.3' } }],
    });
  });

  it('writes batch after batch into the same memory once it is released', async () => {
    const fresh = new ProtobufEncoding(PROTOBUF_SPANS);
    const first = encodeSpans(fresh, endedSpans(3));
    const second = encodeSpans(fresh, endedSpans(3));
    expect(second.body.buffer).not.toBe(first.body.buffer);
    first.release();
    const third = encodeSpans(fresh, endedSpans(2));
    expect(third.body.buffer).toBe(first.body.buffer);
    expect(spansOf(readRequest(third.body)).map(({ name }) => name)).toEqual(['work 0', 'work 1']);
  });

  it('does not keep the memory of a huge batch', async () => {
    const fresh = new ProtobufEncoding(PROTOBUF_SPANS);
    const huge = endedSpan('huge', (span) => span.setAttribute('text', 'x'.repeat(5_000_000)));
    const first = encodeSpans(fresh, [huge]);
    first.release();
    const second = encodeSpans(fresh, endedSpans(1));
    expect(second.body.buffer).not.toBe(first.body.buffer);
  });

  it('leaves out spans that throw when they are read, and says how many', async () => {
    const rotten = {
      ...KNOWN_SPAN,
      get attributes(): never {
        throw new Error('rotten');
      },
    };
    const spans = [KNOWN_SPAN, rotten, KNOWN_SPAN, rotten];
    const { body, skippedCount, skipCause } = encodeSpans(encoding, spans);
    expect(spansOf(readRequest(body))).toHaveLength(2);
    expect([skippedCount, skipCause]).toEqual([2, new Error('rotten')]);
  });

  it('asks a resource again that is still finding out about itself', async () => {
    const resource = { attributes: {}, asyncAttributesPending: true };
    const span = { ...KNOWN_SPAN, resource: resource as unknown as Resource };
    await encodeAndRead([span]);
    resource.attributes = { found: 'out' };
    resource.asyncAttributesPending = false;
    const request = await encodeAndRead([span]);
    expect(request.resourceSpans[0].resource.attributes).toEqual([
      { key: 'found', value: { stringValue: 'out' } },
    ]);
  });
});

const rotten = {
  ...KNOWN_SPAN,
  get attributes(): never {
    throw new Error('rotten');
  },
};
const rootless = {
  ...KNOWN_SPAN,
  get resource(): never {
    throw new Error('no root');
  },
};

function bodyOf(spans: readonly ReadableSpan[]) {
  const body = new ProtobufEncoding(PROTOBUF_SPANS).openBody(Number.POSITIVE_INFINITY);
  const byteCounts = spans.map((span) => body.add(span));
  return { body, byteCounts };
}

describe('the body that ProtobufEncoding opens', () => {
  it('writes what its encoding writes of the same spans at once', async () => {
    const spans = sampleSpans().map(([, span]) => span);
    const atOnce = encodeSpans(new ProtobufEncoding(PROTOBUF_SPANS), spans);
    expect(bodyOf(spans).body.finish().body).toEqual(atOnce.body);
  });

  it('keeps its bytes and gives back its memory when it is sealed', async () => {
    const spans = sampleSpans().map(([, span]) => span);
    const atOnce = encodeSpans(new ProtobufEncoding(PROTOBUF_SPANS), spans);
    const encoding = new ProtobufEncoding(PROTOBUF_SPANS);
    const [first, second] = [
      encoding.openBody(Number.POSITIVE_INFINITY),
      encoding.openBody(Number.POSITIVE_INFINITY),
    ];
    for (const span of spans) first.add(span);
    first.seal();
    for (const span of endedSpans(100)) second.add(span);
    second.seal();
    second.seal();
    expect(first.finish().body).toEqual(atOnce.body);
    expect(spansOf(readRequest(second.finish().body))).toHaveLength(100);
  });

  it('is written once when it is sealed, into a buffer of its length', () => {
    const { body } = bodyOf(endedSpans(2000));
    body.seal();
    const { buffer, length } = body.finish().body;
    expect(length).toBeGreaterThan(64 * 1024);
    expect(buffer.byteLength - length).toBeLessThan(100);
  });

  it('has the attributes that its resource detects after it was sealed', () => {
    const attributes: Record<string, string> = {};
    const resource = { attributes, asyncAttributesPending: true };
    const { body } = bodyOf([{ ...KNOWN_SPAN, resource } as unknown as ReadableSpan]);
    body.seal();
    attributes['host.name'] = 'detected';
    resource.asyncAttributesPending = false;
    expect(JSON.stringify(readRequest(body.finish().body))).toContain('detected');
  });

  it('is not touched by what becomes of a span later', () => {
    const span = endedSpan('first');
    const expected = expectedSpan(span);
    const { body } = bodyOf([span]);
    span.name = 'changed';
    expect(spansOf(readRequest(body.finish().body))).toEqual([expected]);
  });

  it('sorts spans that come mixed by resource and scope', () => {
    const [resource, other] = ['a', 'b'].map((name) => ({ attributes: { name } }) as never);
    const [scope, second] = ['s', 't'].map((name) => ({ name }));
    const of = (name: string, ofResource: Resource, instrumentationScope: unknown) =>
      ({ ...KNOWN_SPAN, name, resource: ofResource, instrumentationScope }) as ReadableSpan;
    const { body } = bodyOf([
      of('1', resource as never, scope),
      of('2', other as never, scope),
      of('3', resource as never, second),
      of('4', resource as never, scope),
    ]);
    const request = readRequest(body.finish().body);
    const names = (request.resourceSpans as OtlpJson[]).map(({ scopeSpans }) =>
      (scopeSpans as OtlpJson[]).map(({ scope: { name }, spans }) => [
        name,
        ...(spans as OtlpJson[]).map((span) => span.name),
      ]),
    );
    expect(names).toEqual([
      [
        ['s', '1', '4'],
        ['t', '3'],
      ],
      [['s', '2']],
    ]);
  });

  it('leaves out what cannot be read, and keeps what came before', () => {
    const { body, byteCounts } = bodyOf([KNOWN_SPAN, rotten, rootless, KNOWN_SPAN]);
    expect(byteCounts.map((count) => Number(count) > 0)).toEqual([true, false, false, true]);
    const { skippedCount, skipCause, itemCount } = body;
    expect(spansOf(readRequest(body.finish().body))).toHaveLength(2);
    expect(itemCount).toBe(2);
    expect([skippedCount, skipCause]).toEqual([2, new Error('rotten')]);
  });

  it('says what a resource knows when the batch is finished', () => {
    const resource = { attributes: {}, asyncAttributesPending: true };
    const { body } = bodyOf([{ ...KNOWN_SPAN, resource: resource as unknown as Resource }]);
    resource.attributes = { found: 'out' };
    const [first] = readRequest(body.finish().body).resourceSpans as OtlpJson[];
    expect(first?.resource.attributes).toEqual([{ key: 'found', value: { stringValue: 'out' } }]);
  });
});
