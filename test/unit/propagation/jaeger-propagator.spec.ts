import { describe, expect, it } from '@jest/globals';
import {
  baggageEntryMetadataFromString,
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import { B3Propagator, JaegerPropagator } from '../../../lib/propagation/index.js';
import { describePropagator } from '../../suites/propagator.suite.js';

describePropagator({
  name: 'JaegerPropagator',
  create: () => new JaegerPropagator(),
  cannot: {
    inject: 'it is for callers that send the old format',
    carryBaggage: 'it only reads the old format',
  },
  otherFields: ['uber-trace-id', 'uberctx-a', 'UberCtx-b', 'uberctx-'],
});
describePropagator({
  name: 'JaegerPropagator that injects',
  create: () => new JaegerPropagator({ injects: true }),
  fieldPrefix: 'uberctx-',
  otherFields: ['uberctx-a'],
});

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const REQUEST = createContextKey('nestjs-traced sampling request');

function extract(carrier: unknown) {
  return new JaegerPropagator().extract(TracingContext.ROOT, carrier, defaultTextMapGetter);
}

describe('uber-trace-id', () => {
  it.each([
    [`${TRACE_ID}:${SPAN_ID}:0:1`, TRACE_ID, SPAN_ID, 1],
    [`${TRACE_ID}:${SPAN_ID}:0:0`, TRACE_ID, SPAN_ID, 0],
    [`${TRACE_ID}:${SPAN_ID}:0:01`, TRACE_ID, SPAN_ID, 1],
    [`${TRACE_ID}:${SPAN_ID}::1`, TRACE_ID, SPAN_ID, 1],
    [`${TRACE_ID}:${SPAN_ID}:53ce929d0e0e4736:9`, TRACE_ID, SPAN_ID, 1],
    [`${TRACE_ID}:${SPAN_ID}:0:c`, TRACE_ID, SPAN_ID, 0],
    [`${TRACE_ID}%3A${SPAN_ID}%3a0%3A1`, TRACE_ID, SPAN_ID, 1],
    ['5af7302cb7b2e7:f2f1:0:1', '0000000000000000005af7302cb7b2e7', '000000000000f2f1', 1],
  ])('rule 56: %j is read', (header, traceId, spanId, traceFlags) => {
    expect(trace.getSpanContext(extract({ 'uber-trace-id': header }))).toMatchObject({
      traceId,
      spanId,
      traceFlags,
      isRemote: true,
    });
  });

  it.each([
    '',
    ':::',
    `${TRACE_ID}:${SPAN_ID}:0`,
    `${TRACE_ID}:${SPAN_ID}:0:1:2`,
    `${TRACE_ID}:${SPAN_ID}:0:`,
    `${TRACE_ID}:${SPAN_ID}:0:111`,
    `${TRACE_ID}:${SPAN_ID}:0:x`,
    `${TRACE_ID}:${SPAN_ID}:x:1`,
    `0:${SPAN_ID}:0:1`,
    `${TRACE_ID}:0:0:1`,
    `${TRACE_ID}0:${SPAN_ID}:0:1`,
    `${TRACE_ID}:${SPAN_ID}0:0:1`,
    `${TRACE_ID.toUpperCase()}:${SPAN_ID}:0:1`,
    `${TRACE_ID}:${SPAN_ID}:0:1%`,
    '%E0%A4%A',
  ])('rule 56: %j is malformed', (header) => {
    expect(extract({ 'uber-trace-id': header })).toBe(TracingContext.ROOT);
  });

  it.each(['2', '3'])('rule 56: flags %s are a debug request', (flags) => {
    const context = extract({ 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:${flags}` });
    expect(trace.getSpanContext(context)?.traceFlags).toBe(1);
    expect(context.getValue(REQUEST)).toBe('debug');
  });

  it('takes debug over from B3 and hands it on to it', () => {
    const jaeger = new JaegerPropagator({ injects: true });
    const b3 = new B3Propagator();
    const carrier: Record<string, string> = {};
    jaeger.inject(
      b3.extract(TracingContext.ROOT, { b3: `${TRACE_ID}-${SPAN_ID}-d` }, defaultTextMapGetter),
      carrier,
      defaultTextMapSetter,
    );
    expect(carrier).toEqual({ 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:03` });
    b3.inject(extract(carrier), carrier, defaultTextMapSetter);
    expect(carrier.b3).toBe(`${TRACE_ID}-${SPAN_ID}-d`);
  });
});

describe('the baggage of Jaeger', () => {
  const entriesOf = (carrier: unknown, context = TracingContext.ROOT) =>
    Object.fromEntries(
      propagation
        .getBaggage(new JaegerPropagator().extract(context, carrier, defaultTextMapGetter))
        ?.getAllEntries()
        .map(([key, { value }]) => [key, value]) ?? [],
    );

  it('is read from every header uberctx-', () => {
    const carrier = { 'uberctx-tenant': 'a%20b', 'UberCtx-x': '1', 'uberctx-': '2', other: '3' };
    expect(entriesOf(carrier)).toEqual({ tenant: 'a b', x: '1' });
  });

  it('leaves an entry that another format gave as it is', () => {
    const metadata = baggageEntryMetadataFromString('p=1');
    const baggage = propagation.createBaggage({ Tenant: { value: 'a', metadata } });
    const context = new JaegerPropagator().extract(
      TracingContext.ROOT.withBaggage(baggage),
      { 'uberctx-tenant': 'a' },
      defaultTextMapGetter,
    );
    expect(propagation.getBaggage(context)?.getAllEntries()).toEqual(baggage.getAllEntries());
  });

  it('joins what is there already', () => {
    const baggage = propagation.createBaggage({ before: { value: '1' } });
    const context = TracingContext.ROOT.withBaggage(baggage);
    expect(entriesOf({ 'uberctx-a': '2' }, context)).toEqual({ before: '1', a: '2' });
  });

  const sent = (baggage: Record<string, string>, context = TracingContext.ROOT) => {
    const carrier: Record<string, string> = {};
    const entries = Object.entries(baggage).map(([key, value]) => [key, { value }] as const);
    new JaegerPropagator({ injects: true }).inject(
      context.withBaggage(propagation.createBaggage(Object.fromEntries(entries))),
      carrier,
      defaultTextMapSetter,
    );
    return carrier;
  };

  it('is sent in a header for each entry, and read as the same', () => {
    const baggage = { tenant: 'a b', note: '100% + é;,:=', empty: '' };
    const carrier = sent(baggage);
    expect(carrier).toEqual({
      'uberctx-tenant': 'a%20b',
      'uberctx-note': '100%25%20%2B%20%C3%A9%3B%2C%3A%3D',
      'uberctx-empty': '',
    });
    expect(entriesOf(carrier)).toEqual(baggage);
  });

  it('is sent without keys that are no tokens and without half characters', () => {
    expect(sent({ 'a b': '1', 'a\r\nb': '2', ok: 'half \ud83d' })).toEqual({
      'uberctx-ok': 'half%20%EF%BF%BD',
    });
  });

  it('is sent up to 64 entries, the latest first', () => {
    const keys = Array.from({ length: 66 }, (_, i) => [`k${i}`, 'v']);
    const names = Object.keys(sent(Object.fromEntries(keys)));
    expect(names).toHaveLength(64);
    expect(names.at(-1)).toBe('uberctx-k65');
  });

  it('is not sent unless it is asked for', () => {
    const carrier = {};
    const context = TracingContext.ROOT.withBaggage(
      propagation.createBaggage({ a: { value: '1' } }),
    );
    new JaegerPropagator().inject(context, carrier, defaultTextMapSetter);
    expect(carrier).toEqual({});
  });

  it('has at most 64 entries', () => {
    const carrier = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`uberctx-${i}`, '1']));
    expect(Object.keys(entriesOf(carrier))).toHaveLength(64);
  });
});
