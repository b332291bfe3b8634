import { describe, expect, it } from '@jest/globals';
import { SpanKind, SpanStatus } from '../../../../lib/viewer/analysis/span-record.js';
import { FormatError } from '../../../../lib/viewer/formats/json-input.js';
import { isOtlpJson, readOtlpJson } from '../../../../lib/viewer/formats/otlp-json.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';

const SPAN = {
  traceId: '5B8EFFF798038103D269B633813FC60C',
  spanId: 'eee19b7ec3c1b174',
  startTimeUnixNano: '1544712660000000001',
};

function request(span: object, name = 'resourceSpans'): string {
  const spans = [{ ...SPAN, ...span }];
  return JSON.stringify({ [name]: [{ resource: {}, scopeSpans: [{ scope: {}, spans }] }] });
}

const spanOf = (span: object) => readOtlpJson(request(span)).spans[0];

describe('readOtlpJson', () => {
  it('reads the fewest members', () => {
    expect(spanOf({})).toEqual({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      name: '',
      kind: SpanKind.UNSPECIFIED,
      startNanos: 1_544_712_660_000_000_001n,
      status: SpanStatus.UNSET,
      resource: { attributes: {} },
      scope: { name: '' },
    });
  });

  it.each<[object, object]>([
    [{ kind: 2 }, { kind: SpanKind.SERVER }],
    [{ kind: 'SPAN_KIND_CLIENT' }, { kind: SpanKind.CLIENT }],
    [{ kind: 'SPAN_KIND_constructor' }, { kind: SpanKind.UNSPECIFIED }],
    [{ status: { code: 2, message: 'no' } }, { status: SpanStatus.ERROR, statusMessage: 'no' }],
    [{ status: { code: 'STATUS_CODE_OK' } }, { status: SpanStatus.OK }],
    [{ startTimeUnixNano: 1544712660000000 }, { startNanos: 1_544_712_660_000_000n }],
    [{ endTimeUnixNano: '0' }, {}],
    // Ordinary JSON of protobuf has ids as base64.
    [{ spanId: '7uGbfsPBsXQ=' }, { spanId: 'eee19b7ec3c1b174' }],
    [{ parentSpanId: '' }, {}],
    [{ parentSpanId: '0000000000000000' }, {}],
    [{ links: [{ spanId: 'x' }] }, {}],
    [
      { attributes: [{ key: 'a', value: { intValue: 5 } }, { value: {} }] },
      { attributes: { a: 5 } },
    ],
    [{ attributes: [{ key: 'a', value: { doubleValue: 'NaN' } }] }, { attributes: { a: NaN } }],
    [{ attributes: [{ key: 'a' }] }, { attributes: { a: null } }],
  ])('reads %j', (span, record) => {
    expect(spanOf(span)).toEqual({ ...spanOf({}), ...record });
  });

  it('keeps attributes with any key', () => {
    const attributes = [{ key: '__proto__', value: { stringValue: 'x' } }];
    expect(Object.entries(spanOf({ attributes })?.attributes ?? {})).toEqual([['__proto__', 'x']]);
  });

  it('reads lists and lines of requests, Tempo, and names of before', () => {
    const one = request({});
    expect(readOtlpJson(`[${one},${one}]`).spans).toHaveLength(2);
    expect(readOtlpJson(`${one}\n${one}\n`).spans).toHaveLength(2);
    expect(readOtlpJson(request({}, 'batches')).spans).toHaveLength(1);
    const old = one
      .replace('scopeSpans', 'instrumentationLibrarySpans')
      .replace('"scope"', '"instrumentationLibrary"');
    expect(readOtlpJson(old).spans).toHaveLength(1);
  });

  it.each([
    { traceId: 'abc' },
    { spanId: '0'.repeat(16) },
    { startTimeUnixNano: 'now' },
    { traceId: 5 },
  ])('counts a span that it cannot read: %j', (span) =>
    expect(readOtlpJson(request(span))).toEqual({ spans: [], refusedCount: 1 }),
  );

  it.each(['', '[]', '{"data":[]}', 'null', '{"resourceSpans":5}'])('refuses %p', (text) => {
    expect(() => readOtlpJson(text)).toThrow(FormatError);
  });

  it('cuts values that are too deep', () => {
    const value = '{"arrayValue":{"values":['.repeat(5_000) + ']}}'.repeat(5_000);
    const text = request({ attributes: [{ key: 'a', value: 0 }] }).replace(
      '"value":0',
      `"value":${value}`,
    );
    expect(() => readOtlpJson(text)).not.toThrow();
  });

  it('reads anything of the right shape without an error', () => {
    const random = randomOfSeed(71);
    const things = [null, 0, -1, 1e99, 'x', '', [], {}, [null], [[]], { a: 1 }, true];
    const keys = [
      'traceId',
      'spanId',
      'name',
      'kind',
      'status',
      'attributes',
      'events',
      'links',
      'flags',
    ];
    for (let i = 0; i < 2_000; i++) {
      const span = Object.fromEntries(keys.map((key) => [key, pick(random, things)]));
      expect(() => readOtlpJson(request(span))).not.toThrow();
    }
  });
});

describe('isOtlpJson', () => {
  it('knows requests', () => {
    expect([{ resourceSpans: [] }, { batches: [] }, [], { spans: [] }].map(isOtlpJson)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
