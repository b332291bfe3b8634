import { describe, expect, it } from '@jest/globals';
import {
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator as StockPropagator } from '@opentelemetry/core';
import { TracingContext } from '../../../lib/context/index.js';
import { TraceState, W3CTraceContextPropagator } from '../../../lib/propagation/index.js';
import { describePropagator } from '../../suites/propagator.suite.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const VALID = `00-${TRACE_ID}-${SPAN_ID}-01`;

describePropagator({
  name: 'W3CTraceContextPropagator',
  create: () => new W3CTraceContextPropagator(),
  cannot: { carryBaggage: 'a header of its own carries it' },
});

const propagator = new W3CTraceContextPropagator();

function extract(carrier: unknown, getter: TextMapGetter = defaultTextMapGetter) {
  return trace.getSpanContext(propagator.extract(TracingContext.ROOT, carrier, getter));
}

function inject(spanContext: Partial<SpanContext>): Record<string, string> {
  const carrier: Record<string, string> = {};
  const full = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, ...spanContext };
  propagator.inject(trace.setSpanContext(TracingContext.ROOT, full), carrier, defaultTextMapSetter);
  return carrier;
}

describe('traceparent', () => {
  it.each([
    [1, VALID],
    [1, `00-${TRACE_ID}-${SPAN_ID}-00`],
    [3, ` ${VALID}`],
    [3, `${VALID}\t `],
    [3, ` \t${VALID} \t`],
    [9, `cc-${TRACE_ID}-${SPAN_ID}-01`],
    [9, `cc-${TRACE_ID}-${SPAN_ID}-01-what-the-future-will-be-like`],
    [9, `cc-${TRACE_ID}-${SPAN_ID}-01-`],
    [9, `01-${TRACE_ID}-${SPAN_ID}-01-x`],
    [13, `00-${TRACE_ID}-${SPAN_ID}-ff`],
  ])('rule %i: %j is accepted', (_rule, traceparent) => {
    expect(extract({ traceparent })).toMatchObject({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      isRemote: true,
    });
  });

  it.each<[number, unknown]>([
    [4, [VALID, VALID]],
    [4, `${VALID}, ${VALID}`],
    [4, `${VALID},${VALID}`],
    [6, `ff-${TRACE_ID}-${SPAN_ID}-01`],
    [7, `.0-${TRACE_ID}-${SPAN_ID}-01`],
    [7, `0.-${TRACE_ID}-${SPAN_ID}-01`],
    [7, `0-${TRACE_ID}-${SPAN_ID}-01`],
    [7, `000-${TRACE_ID}-${SPAN_ID}-01`],
    [7, `0000-${TRACE_ID}-${SPAN_ID}-01`],
    [7, `CC-${TRACE_ID}-${SPAN_ID}-01`],
    [8, `${VALID}.`],
    [8, `${VALID}-x`],
    [8, `${VALID}-`],
    [9, `cc-${TRACE_ID}-${SPAN_ID}-01.what-the-future-will-be-like`],
    [9, `cc-${TRACE_ID}-${SPAN_ID}-0`],
    [9, `cc-${TRACE_ID}-${SPAN_ID}`],
    [10, `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    [10, `00-.af7651916cd43dd8448eb211c80319c-${SPAN_ID}-01`],
    [10, `00-0af7651916cd43dd8448eb211c80319.-${SPAN_ID}-01`],
    [10, `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
    [10, `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
    [10, `00-${TRACE_ID}0-${SPAN_ID}-01`],
    [11, `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    [11, `00-${TRACE_ID}-.7ad6b7169203331-01`],
    [11, `00-${TRACE_ID}-${SPAN_ID.toUpperCase()}-01`],
    [11, `00-${TRACE_ID}-${SPAN_ID.slice(1)}-01`],
    [11, `00-${TRACE_ID}-${SPAN_ID}0-01`],
    [12, `00-${TRACE_ID}-${SPAN_ID}-1`],
    [12, `00-${TRACE_ID}-${SPAN_ID}-001`],
    [12, `00-${TRACE_ID}-${SPAN_ID}-.1`],
    [12, `00-${TRACE_ID}-${SPAN_ID}-0.`],
    [12, `00-${TRACE_ID}-${SPAN_ID}-0F`],
    [12, `00-${TRACE_ID}-${SPAN_ID}-`],
    [1, `00_${TRACE_ID}_${SPAN_ID}_01`],
    [1, `00-${TRACE_ID}-${SPAN_ID}\u013001`],
    [1, ''],
    [1, 42],
    [1, Buffer.from(VALID)],
  ])('rules %i and 18: %j is rejected, and its trace state with it', (_rule, traceparent) => {
    const context = propagator.extract(
      TracingContext.ROOT,
      { traceparent, tracestate: 'foo=1' },
      defaultTextMapGetter,
    );
    expect(context).toBe(TracingContext.ROOT);
  });

  it.each([[[VALID]]])('rule 4: one header in an array is one header', (traceparent) => {
    expect(extract({ traceparent })?.traceId).toBe(TRACE_ID);
  });

  it('rule 2: is found under its name in any case, as HTTP carriers give it', () => {
    const headers = new Headers({ TraceParent: VALID, TRACESTATE: 'foo=1' });
    const getter: TextMapGetter<Headers> = {
      keys: (carrier) => [...carrier.keys()],
      get: (carrier, key) => carrier.get(key) ?? undefined,
    };
    expect(extract(headers, getter)?.traceId).toBe(TRACE_ID);
    expect(extract(headers, getter)?.traceState?.serialize()).toBe('foo=1');
  });

  it.each(['trace-parent', 'trace.parent', 'trace_parent'])(
    'rule 5: is not looked for under %s',
    (name) => {
      expect(extract({ [name]: VALID })).toBeUndefined();
    },
  );

  it.each([
    ['00', 0],
    ['01', 1],
    ['02', 2],
    ['03', 3],
    ['ff', 3],
    ['fc', 0],
    ['fd', 1],
  ])('rules 13 and 15: flags %s are read bit by bit', (flags, traceFlags) => {
    expect(extract({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-${flags}` })?.traceFlags).toBe(
      traceFlags,
    );
  });

  it.each([
    [0, '00'],
    [1, '01'],
    [2, '02'],
    [3, '03'],
    [0xff, '03'],
    [0x104, '00'],
  ])('rules 14 and 15: flags %i are sent with unknown bits zero', (traceFlags, flags) => {
    expect(inject({ traceFlags })).toEqual({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-${flags}` });
  });

  it('rule 14: goes on as version 00 with the span of this process as parent', () => {
    const received = extract({ traceparent: `cc-${TRACE_ID}-${SPAN_ID}-01-more` });
    expect(inject({ ...received, spanId: '00f067aa0ba902b7' })).toEqual({
      traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
    });
  });
});

describe('tracestate beside traceparent', () => {
  it.each(['foo', 'foo=', '=1', 'FOO=1', 'foo=1,foo'])(
    'rule 16: %j is dropped without harm to traceparent',
    (tracestate) => {
      const received = extract({ traceparent: VALID, tracestate });
      expect(received?.traceId).toBe(TRACE_ID);
      expect(inject(received as SpanContext)).toEqual({ traceparent: VALID });
    },
  );

  it('rule 16: is not read without a traceparent', () => {
    expect(extract({ tracestate: 'foo=1' })).toBeUndefined();
  });

  it.each(['foo=1', 'foo=1,bar=2', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'foo=1,foo=1'])(
    'rule 17: %j goes on as it came',
    (tracestate) => {
      const received = extract({ traceparent: VALID, tracestate });
      expect(inject(received as SpanContext)).toEqual({ traceparent: VALID, tracestate });
    },
  );

  it.each<[unknown, string]>([
    [['foo=1', 'bar=2'], 'foo=1,bar=2'],
    [['foo=1,bar=2', 'rojo=1', 'congo=2'], 'foo=1,bar=2,rojo=1,congo=2'],
    ['foo=1, bar=2', 'foo=1,bar=2'],
    [['foo=1', '', 'bar=2'], 'foo=1,bar=2'],
    [['foo=1', 7, 'bar=2'], 'foo=1,bar=2'],
  ])('rules 20 and 21: several headers %j are one list', (tracestate, combined) => {
    const received = extract({ traceparent: VALID, tracestate });
    expect(inject(received as SpanContext).tracestate).toBe(combined);
  });

  it.each(['', ' ', ',', ' , ,', '\t'])('rule 21: the empty %j is not sent on', (tracestate) => {
    const received = extract({ traceparent: VALID, tracestate });
    expect(inject(received as SpanContext)).toEqual({ traceparent: VALID });
  });

  it('is sent from other implementations, but only what the grammar allows', () => {
    expect(inject({ traceState: createTraceState('foo=1,bar=2') }).tracestate).toBe('foo=1,bar=2');
    const spoiled = createTraceState('foo=1').set('bar', 'two\r\nx-injected: 1');
    expect(inject({ traceState: spoiled }).tracestate).toBeUndefined();
  });

  it('is written anew for each foreign trace state', () => {
    const first = createTraceState('foo=1');
    const second = createTraceState('foo=2');
    const written = [first, second, second, first].map(
      (traceState) => inject({ traceState }).tracestate,
    );
    expect(written).toEqual(['foo=1', 'foo=2', 'foo=2', 'foo=1']);
  });
});

describe('W3CTraceContextPropagator and that of OpenTelemetry', () => {
  const stock = new StockPropagator();
  const spanContexts: SpanContext[] = [
    { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 },
    { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 },
    { traceId: 'f'.repeat(32), spanId: '0000000000000001', traceFlags: 3 },
    {
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
      traceState: TraceState.parse('ot=th:c,rojo=1'),
    },
  ];

  it.each(spanContexts)('write the same headers for %j', (spanContext) => {
    const ours: Record<string, string> = {};
    const theirs: Record<string, string> = {};
    const context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    propagator.inject(context, ours, defaultTextMapSetter);
    stock.inject(context, theirs, defaultTextMapSetter);
    expect(ours).toEqual(theirs);
  });

  it.each(spanContexts)('read %j from each other', (spanContext) => {
    const context = trace.setSpanContext(TracingContext.ROOT, spanContext);
    for (const [from, to] of [
      [propagator, stock],
      [stock, propagator],
    ] as const) {
      const carrier: Record<string, string> = {};
      from.inject(context, carrier, defaultTextMapSetter);
      const read = trace.getSpanContext(to.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
      const { traceState, ...ids } = spanContext;
      expect(read).toMatchObject({ ...ids, isRemote: true });
      expect(read?.traceState?.serialize()).toBe(traceState?.serialize());
    }
  });
});
