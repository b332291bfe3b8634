import { describe, expect, it } from '@jest/globals';
import type { EncodedRequest, Encoding } from '../../../lib/export/encoding.js';
import { ThriftEncoding } from '../../../lib/export/jaeger/thrift-encoding.js';
import { JsonEncoding } from '../../../lib/export/otlp/json-encoding.js';
import { JSON_SPANS } from '../../../lib/export/otlp/json-span.js';
import { ProtobufEncoding } from '../../../lib/export/otlp/protobuf-encoding.js';
import { PROTOBUF_SPANS } from '../../../lib/export/otlp/protobuf-span.js';
import { ZipkinEncoding } from '../../../lib/export/zipkin/zipkin-encoding.js';
import type { ReadableSpan, Resource } from '../../../lib/trace/index.js';
import { endedSpan } from '../../support/span-source.js';
import { readBatch } from './jaeger/read-batch.js';
import { readRequest, spansOf } from './otlp/read-otlp.js';

const namesOf = (spans: unknown[]): string[] =>
  spans.map((span) => (span as { name: string }).name);

const ENCODINGS: [string, Encoding<ReadableSpan>, (body: Buffer) => string[]][] = [
  [
    'ProtobufEncoding',
    new ProtobufEncoding(PROTOBUF_SPANS),
    (body) => namesOf(spansOf(readRequest(body))),
  ],
  [
    'JsonEncoding',
    new JsonEncoding(JSON_SPANS),
    (body) => namesOf(spansOf(JSON.parse(body.toString()))),
  ],
  ['ZipkinEncoding', new ZipkinEncoding(), (body) => namesOf(JSON.parse(body.toString()))],
  [
    'ThriftEncoding',
    new ThriftEncoding(),
    (body) =>
      readBatch(body).spans.map(({ operationName }: { operationName: string }) => operationName),
  ],
];

const resource = {
  attributes: { 'service.name': 'orders', text: 'r'.repeat(1000) },
  schemaUrl: 'https://schema/resource',
} as unknown as Resource;

const SCOPES = [
  { name: 'a', version: '1' },
  { name: 'b', schemaUrl: 'https://schema/b' },
  { name: 'c' },
];

/** Spans of one resource and three scopes, from 100 bytes to 2 kB long. */
const spans: ReadableSpan[] = Array.from({ length: 60 }, (_, i) => {
  const span = endedSpan(`work ${i}`, (open) =>
    open.setAttribute('text', 'é'.repeat((i * 37) % 1000)),
  );
  const instrumentationScope = SCOPES[i % 3];
  return Object.create(span, {
    resource: { value: resource },
    instrumentationScope: { value: instrumentationScope },
  }) as ReadableSpan;
});

/** Fills body after body. */
function encodeInParts(encoding: Encoding<ReadableSpan>, maxBytes: number): EncodedRequest[] {
  const parts: EncodedRequest[] = [];
  let body = encoding.openBody(maxBytes);
  for (const span of spans) {
    if (body.add(span) !== 'full') continue;
    parts.push(body.finish());
    body = encoding.openBody(maxBytes);
    expect(body.add(span)).toBeGreaterThan(0);
  }
  return [...parts, body.finish()];
}

describe.each(ENCODINGS)('the body of a request of %s', (_, encoding, readNames) => {
  const allNames = spans.map((span) => span.name.toLowerCase());

  it.each([4000, 5000, 7777, 20_000])(
    'is never longer than %i bytes, nor much shorter',
    (maxBytes) => {
      const parts = encodeInParts(encoding, maxBytes);
      const lengths = parts.map(({ body }) => body.length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(maxBytes);
      // No span is longer than 4 kB, whatever surrounds it.
      for (const length of lengths.slice(0, -1)) expect(length).toBeGreaterThan(maxBytes - 4000);
      expect(parts.flatMap(({ body }) => readNames(body)).sort()).toEqual([...allNames].sort());
      expect(parts.reduce((sum, { itemCount }) => sum + itemCount, 0)).toBe(spans.length);
    },
  );

  it('takes a span that is longer alone', () => {
    const body = encoding.openBody(10);
    expect(body.add(spans[5] as ReadableSpan)).toBeGreaterThan(10);
    expect(body.add(spans[6] as ReadableSpan)).toBe('full');
    expect(readNames(body.finish().body)).toEqual(['work 5']);
  });

  it('can be divided until one span is left, which has a name', () => {
    const [whole] = encodeInParts(encoding, Number.POSITIVE_INFINITY) as [EncodedRequest];
    const divide = (part: EncodedRequest): EncodedRequest[] =>
      part.itemCount === 1 ? [part] : part.halves().flatMap(divide);
    const singles = divide(whole);
    expect(singles.map(({ firstName }) => firstName).sort()).toEqual([...allNames].sort());
    for (const { body, firstName } of singles) expect(readNames(body)).toEqual([firstName]);
    expect(readNames(whole.body)).toHaveLength(60);
  });
});
