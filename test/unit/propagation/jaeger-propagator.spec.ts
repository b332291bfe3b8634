import { describe, expect, it } from '@jest/globals';
import {
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import { B3Propagator, JaegerPropagator } from '../../../lib/propagation/index.js';
import { propagatorSuite } from '../../suites/propagator.suite.js';

propagatorSuite('JaegerPropagator', () => new JaegerPropagator(), {
  carriesSpan: true,
  injects: false,
  carriesBaggage: false,
  otherFields: ['uber-trace-id', 'uberctx-a', 'UberCtx-b', 'uberctx-'],
});
propagatorSuite('JaegerPropagator that injects', () => new JaegerPropagator({ injects: true }), {
  carriesSpan: true,
  injects: true,
  carriesBaggage: false,
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

  it('joins what is there already', () => {
    const baggage = propagation.createBaggage({ before: { value: '1' } });
    const context = TracingContext.ROOT.withBaggage(baggage);
    expect(entriesOf({ 'uberctx-a': '2' }, context)).toEqual({ before: '1', a: '2' });
  });

  it('has at most 64 entries', () => {
    const carrier = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`uberctx-${i}`, '1']));
    expect(Object.keys(entriesOf(carrier))).toHaveLength(64);
  });
});
