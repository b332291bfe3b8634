import {
  type Attributes,
  createTraceState,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import { TracingContext } from '../../../../lib/context/index.js';
import type {
  InstrumentationScope,
  ReadableSpan,
  RecordingSpan,
  Resource,
} from '../../../../lib/trace/index.js';
import { endedSpan, KeepingProcessor, providerFor } from '../../../support/span-source.js';
import { stockSpans } from '../../../support/stock-spans.js';

/** A span with a known content, as any tracer may make it. */
export const KNOWN_SPAN: ReadableSpan = {
  name: 'GET /a',
  kind: 1,
  spanContext: () => ({
    traceId: '000102030405060708090a0b0c0d0e0f',
    spanId: '1011121314151617',
    traceFlags: 1,
  }),
  parentSpanContext: {
    traceId: '000102030405060708090a0b0c0d0e0f',
    spanId: '2021222324252627',
    traceFlags: 1,
    isRemote: true,
  },
  startTime: [1_700_000_000, 250_000],
  endTime: [1_700_000_000, 750_000],
  duration: [0, 500_000],
  status: { code: 2, message: 'no' },
  attributes: { 'http.status': 500, ok: false },
  links: [],
  events: [{ name: 'e', time: [1_700_000_001, 500_001], attributes: {} }],
  ended: true,
  resource: {
    attributes: { 'service.name': 'orders' },
    schemaUrl: 'https://r',
  } as unknown as Resource,
  instrumentationScope: { name: 'shop', version: '1.0' } as InstrumentationScope,
  droppedAttributesCount: 3,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
};

export const REMOTE_PARENT: SpanContext = {
  traceId: 'c'.repeat(32),
  spanId: 'd'.repeat(16),
  traceFlags: 1,
  isRemote: true,
  traceState: createTraceState('vendor=value,other=1'),
};

/** A span whose parent is in another process. */
export function remoteChild(name = 'remote child'): RecordingSpan {
  const processor = new KeepingProcessor();
  const { tracer } = providerFor(processor);
  const parent = { spanContext: () => REMOTE_PARENT } as never;
  tracer.startSpan(name, { kind: SpanKind.SERVER }, TracingContext.ROOT.withSpan(parent)).end();
  return processor.ended[0] as RecordingSpan;
}

/** A span whose parent is in this process. */
export function localChild(): RecordingSpan {
  const processor = new KeepingProcessor();
  const { tracer } = providerFor(processor);
  const parent = tracer.startSpan('parent');
  tracer.startSpan('local child', {}, TracingContext.ROOT.withSpan(parent)).end();
  return processor.ended[0] as RecordingSpan;
}

export const ALL_VALUES: Attributes = {
  text: 'text',
  empty: '',
  'text of 32 characters': 'x'.repeat(32),
  'text of 33 characters': 'x'.repeat(33),
  'text of 121 characters': 'x'.repeat(121),
  'long text': 'x'.repeat(20_000),
  'text beyond ASCII': 'Grüße, 世界 🌍',
  'ключ beyond ASCII': 'text',
  'half a pair': '\ud83c and \udf0d',
  zero: 0,
  'minus zero': -0,
  one: 1,
  'one byte less one': 127,
  'one byte': 128,
  'thirty-one bits': 2 ** 31 - 1,
  'thirty-two bits': 2 ** 31,
  'largest exact': Number.MAX_SAFE_INTEGER,
  'smallest exact': Number.MIN_SAFE_INTEGER,
  'beyond exact': 2 ** 62,
  'smallest of 64 bits': -(2 ** 63),
  'beyond 64 bits': 2 ** 63,
  negative: -1,
  fraction: 0.1,
  'not a number': Number.NaN,
  infinite: Number.NEGATIVE_INFINITY,
  yes: true,
  no: false,
  texts: ['a', 'ü', ''],
  numbers: [1, -2, 0.5],
  flags: [true, false],
  gaps: ['a', null, undefined, 'b'],
  'nothing but gaps': [null],
  none: [],
  [`key ${'k'.repeat(300)}`]: 1,
};

/** One span of each kind that there is to encode. */
export function sampleSpans(): [string, ReadableSpan][] {
  return [
    ['an empty span', endedSpan('')],
    ['a span beyond ASCII', endedSpan('größer \ud800')],
    ['a span with a long name', endedSpan('n'.repeat(20_000))],
    ['a child of a span in this process', localChild()],
    ['a child of a span elsewhere', remoteChild()],
    ['a span with all values', endedSpan('values', (span) => span.setAttributes(ALL_VALUES))],
    [
      'a span with events',
      endedSpan('events', (span) => {
        span.addEvent('plain').addEvent('ünïcode', ALL_VALUES);
        span.addEvent('early', new Date(0)).addEvent('e'.repeat(200), { a: 1 });
      }),
    ],
    [
      'a span with links',
      endedSpan('links', (span) => {
        span.addLink({ context: REMOTE_PARENT, attributes: ALL_VALUES });
        span.addLink({ context: { ...REMOTE_PARENT, isRemote: false }, droppedAttributesCount: 3 });
      }),
    ],
    ['a failed span', endedSpan('failed', (span) => span.recordError(new TypeError('boom')))],
    ['a span that is ok', endedSpan('ok', (span) => span.setStatus({ code: SpanStatusCode.OK }))],
    [
      'a span that lost something',
      endedSpan('lossy', (span) => {
        for (let i = 0; i < 140; i++) {
          span.setAttribute(`key ${i}`, i).addEvent('e').addLink({ context: REMOTE_PARENT });
        }
      }),
    ],
    ...stockSpans().map((span): [string, ReadableSpan] => [
      `a span of the SDK, ${span.name}`,
      span,
    ]),
  ];
}
