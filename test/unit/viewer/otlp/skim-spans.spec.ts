import { describe, expect, it } from '@jest/globals';
import {
  type SkimmedOrigin,
  type SkimmedSpan,
  skimSpans,
} from '../../../../lib/viewer/otlp/skim-spans.js';
import { protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';

/**
 * An `ExportTraceServiceRequest` by hand, from `trace.proto`: a span behind its scope, and the resource behind
 * both, as protobuf allows.
 */
const SPAN_HEX = [
  '0a10 000102030405060708090a0b0c0d0e0f', // trace_id
  '1208 1011121314151617', // span_id
  '2208 2021222324252627', // parent_span_id
  '2a06 474554202f61', // name: GET /a
  '3002', // kind: SERVER
  '39 90d02d36fe9c9717', // start_time_unix_nano 1700000000000250000
  '41 b0713536fe9c9717', // end_time_unix_nano 1700000000000750000
  '7a02 1802', // status: ERROR
  '8501 01030000', // flags: 0x301
].join(' ');

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

function field(number: number, bytes: Buffer): Buffer {
  const tag = number * 8 + 2;
  return Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
}

const GOLDEN = field(
  1,
  Buffer.concat([
    field(
      2,
      Buffer.concat([
        field(2, bytesOf(SPAN_HEX)),
        field(1, field(1, Buffer.from('shop'))),
        field(3, Buffer.from('https://s')),
      ]),
    ),
    field(1, Buffer.from('1003', 'hex')),
    field(3, Buffer.from('https://r')),
  ]),
);

interface Seen {
  readonly name: string;
  readonly traceId: string;
  readonly origin: SkimmedOrigin;
  readonly span: SkimmedSpan;
}

function skim(request: Buffer) {
  const seen: Seen[] = [];
  const result = skimSpans(request, {
    receive: (span, origin) => {
      const { bytes, traceIdStart, nameStart, nameStop } = span;
      seen.push({
        name: bytes.toString('utf8', nameStart, nameStop),
        traceId: bytes.toString('hex', traceIdStart, traceIdStart + 16),
        origin,
        span: Object.assign(Object.create(Object.getPrototypeOf(span)), span),
      });
    },
  });
  return { ...result, seen };
}

describe('skimSpans', () => {
  it('reads the values of columns where they are', () => {
    const { seen, ...result } = skim(GOLDEN);
    expect(result).toEqual({ isReadable: true, spanCount: 1, refusedCount: 0 });
    const [{ name, traceId, origin, span }] = seen as [Seen];
    expect([name, traceId]).toEqual(['GET /a', '000102030405060708090a0b0c0d0e0f']);
    const { bytes } = span;
    expect(bytes.toString('hex', span.spanIdStart, span.spanIdStart + 8)).toBe('1011121314151617');
    expect(bytes.toString('hex', span.parentIdStart, span.parentIdStart + 8)).toBe(
      '2021222324252627',
    );
    expect(bytes.subarray(span.start, span.stop)).toEqual(bytesOf(SPAN_HEX));
    expect([span.kind, span.statusCode, span.flags]).toEqual([2, 2, 0x301]);
    expect((BigInt(span.startHigh) << 32n) | BigInt(span.startLow)).toBe(
      1_700_000_000_000_250_000n,
    );
    expect((BigInt(span.endHigh) << 32n) | BigInt(span.endLow)).toBe(1_700_000_000_000_750_000n);
    expect(origin.resource.toString('hex')).toBe('1003');
    expect(origin.scope.toString('latin1')).toBe('\n\x04shop');
    expect([origin.resourceSchemaUrl, origin.scopeSchemaUrl]).toEqual(['https://r', 'https://s']);
  });

  it('reads what another encoder writes, and keeps nothing of the span before', () => {
    const parent = { parentSpanId: '00000000000000aa', status: { code: 2 }, flags: 0x101 };
    const { seen } = skim(protobufRequest(requestOf([spanOf(1, 1, parent), spanOf(1, 2)])));
    expect(seen.map(({ name }) => name)).toEqual(['span 1', 'span 2']);
    const [first, second] = seen.map(({ span }) => [
      span.parentIdStart > 0,
      span.statusCode,
      span.flags,
    ]);
    expect(first).toEqual([true, 2, 0x101]);
    expect(second).toEqual([false, 0, 0]);
  });

  it('takes an id of zeros for no parent, and unknown kinds and codes for unspecified', () => {
    const members = { parentSpanId: '0'.repeat(16), kind: 77, status: { code: 9 } };
    const [{ span }] = skim(protobufRequest(requestOf([spanOf(1, 1, members)]))).seen as [Seen];
    expect([span.parentIdStart, span.kind, span.statusCode]).toEqual([-1, 0, 0]);
  });

  it.each([
    ['without a trace id', { traceId: '' }],
    ['with a short trace id', { traceId: 'ab'.repeat(8) }],
    ['with a trace id of zeros', { traceId: '0'.repeat(32) }],
    ['without a span id', { spanId: '' }],
    ['with a span id of zeros', { spanId: '0'.repeat(16) }],
  ])('refuses a span %s, and takes its neighbours', (_, members) => {
    const request = protobufRequest(requestOf([spanOf(1, 1), spanOf(1, 2, members), spanOf(1, 3)]));
    const { seen, spanCount, refusedCount } = skim(request);
    expect([spanCount, refusedCount]).toEqual([3, 1]);
    expect(seen.map(({ name }) => name)).toEqual(['span 1', 'span 3']);
  });

  it('refuses a span whose inside is broken, and takes its neighbours', () => {
    const request = protobufRequest(requestOf([spanOf(1, 1), spanOf(1, 2)]));
    // The length of the first span's name.
    const at = request.indexOf('span 1') - 1;
    request[at] = 0xff;
    const { isReadable, seen, refusedCount } = skim(request);
    expect([isReadable, refusedCount]).toEqual([true, 1]);
    expect(seen.map(({ name }) => name)).toEqual(['span 2']);
  });

  it.each([
    ['words', Buffer.from('not a request')],
    ['a request that breaks off in its last span', GOLDEN.subarray(0, -20)],
    ['a number in place of spans', bytesOf('0805')],
    ['a number in place of the spans of a scope', field(1, bytesOf('1005'))],
    ['a number in place of a span', field(1, field(2, bytesOf('1005')))],
  ])('gives no span of %s', (_, request) => {
    expect(skim(request)).toEqual({ isReadable: false, spanCount: 0, refusedCount: 0, seen: [] });
  });

  it('takes an empty request for one without spans', () => {
    expect(skim(Buffer.alloc(0))).toMatchObject({ isReadable: true, spanCount: 0 });
  });

  it.each([2, 3, 4])(
    'survives damaged requests, and counts every span it sees (seed %i)',
    (seed) => {
      const random = randomOfSeed(seed);
      const spans = Array.from({ length: 6 }, (_, i) =>
        spanOf(1, i + 1, { attributes: [{ key: 'k', value: { arrayValue: { values: [] } } }] }),
      );
      const request = protobufRequest(requestOf(spans));
      for (let round = 0; round < 3_000; round++) {
        const damaged = Buffer.from(request);
        for (let hits = 0; hits < 3; hits++) {
          damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
        }
        const cut = damaged.subarray(0, Math.floor(random() * 2 * damaged.length));
        const { isReadable, seen, spanCount, refusedCount } = skim(cut);
        expect(spanCount).toBe(isReadable ? seen.length + refusedCount : 0);
      }
    },
  );
});
