import { SpanKind, type SpanRecord, SpanStatus } from '../../lib/viewer/analysis/index.js';

const RESOURCE = {
  attributes: { 'service.name': 'shop' },
  droppedAttributesCount: 1,
  schemaUrl: 's',
};
const SCOPE = { name: 'lib', version: '1', attributes: { x: 1 }, droppedAttributesCount: 2 };

/** Spans with everything that a record can have. */
export const FULL_SPAN_RECORDS: readonly SpanRecord[] = [
  {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '00f067aa0ba902b7',
    traceState: 'a=b',
    flags: 0x301,
    name: 'GET /orders',
    kind: SpanKind.SERVER,
    startNanos: 1_700_000_000_123_456_789n,
    endNanos: 1_700_000_000_987_654_321n,
    status: SpanStatus.ERROR,
    statusMessage: 'no',
    attributes: {
      text: 'ü\n"',
      whole: 42,
      negative: -7,
      fraction: 1.5,
      infinite: Number.POSITIVE_INFINITY,
      unknown: Number.NaN,
      long: 2n ** 62n,
      yes: true,
      nothing: null,
      bytes: Uint8Array.of(0, 255),
      list: ['a', 1, [true]],
      map: { a: { b: 'c' } },
      constructor: 'x',
    },
    events: [
      { name: 'exception', timeNanos: 5n, attributes: { a: 1 }, droppedAttributesCount: 3 },
      { name: '', timeNanos: 1_700_000_000_123_456_789n },
    ],
    links: [
      {
        traceId: '1'.repeat(32),
        spanId: '2'.repeat(16),
        traceState: 'c=d',
        attributes: { a: 1 },
        droppedAttributesCount: 4,
      },
    ],
    resource: RESOURCE,
    scope: SCOPE,
    droppedAttributesCount: 5,
    droppedEventsCount: 6,
    droppedLinksCount: 7,
  },
  {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: '0000000000000001',
    name: 'running',
    kind: SpanKind.INTERNAL,
    startNanos: 1_700_000_000_123_456_789n,
    status: SpanStatus.UNSET,
    resource: RESOURCE,
    scope: { name: 'other', schemaUrl: 'u' },
  },
];
