import { describe, expect, it } from '@jest/globals';
import {
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  trace,
} from '@opentelemetry/api';
import { rootTraceIdOf, samplingRequestOf, TracingContext } from '../../../lib/context/index.js';
import { CloudTracePropagator } from '../../../lib/propagation/index.js';
import { describePropagator } from '../../suites/propagator.suite.js';

const NO_BAGGAGE = 'the header has no place for it';
const SAMPLES = [
  '105445aa7843bc8bf206b12000100000/1;o=1',
  '105445aa7843bc8bf206b12000100000/18446744073709551615;o=0',
  '105445aa7843bc8bf206b12000100000',
];

describePropagator({
  name: 'CloudTracePropagator',
  create: () => new CloudTracePropagator(),
  cannot: {
    inject: 'it is for requests that come from services of Google',
    carryBaggage: NO_BAGGAGE,
  },
  otherFields: ['x-cloud-trace-context'],
  samples: SAMPLES,
});
describePropagator({
  name: 'CloudTracePropagator that injects',
  create: () => new CloudTracePropagator({ injects: true }),
  cannot: { carryBaggage: NO_BAGGAGE },
  samples: SAMPLES,
});

const TRACE_ID = '105445aa7843bc8bf206b12000100000';
const FIELD = 'x-cloud-trace-context';
const OTHER = createContextKey('other');
const propagator = new CloudTracePropagator({ injects: true });

function extract(header: unknown) {
  return propagator.extract(TracingContext.ROOT, { [FIELD]: header }, defaultTextMapGetter);
}

function sentFor(header: string): unknown {
  const carrier: Record<string, unknown> = {};
  propagator.inject(extract(header), carrier, defaultTextMapSetter);
  return carrier[FIELD];
}

describe('X-Cloud-Trace-Context', () => {
  it.each([
    [`${TRACE_ID}/1;o=1`, '0000000000000001', 1, undefined],
    [`${TRACE_ID}/1;o=0`, '0000000000000001', 0, undefined],
    [`${TRACE_ID}/1;o=3`, '0000000000000001', 1, undefined],
    [`${TRACE_ID}/1;o=2`, '0000000000000001', 0, undefined],
    [`${TRACE_ID.toUpperCase()}/1;o=1`, '0000000000000001', 1, undefined],
    [`${TRACE_ID}/18446744073709551615;o=1`, 'ffffffffffffffff', 1, undefined],
    [`${TRACE_ID}/1;o=1, another`, '0000000000000001', 1, undefined],
    [`${TRACE_ID}/1234567890`, '00000000499602d2', 0, 'defer'],
  ])('%s names the span of the caller', (header, spanId, traceFlags, request) => {
    const context = extract(header);
    expect(trace.getSpanContext(context)).toEqual({
      traceId: TRACE_ID,
      spanId,
      traceFlags,
      traceState: undefined,
      isRemote: true,
    });
    expect(samplingRequestOf(context)).toBe(request);
  });

  it.each([
    [TRACE_ID, undefined],
    [`${TRACE_ID}/0`, undefined],
    [`${TRACE_ID}/0;o=1`, 'accept'],
    [`${TRACE_ID};o=0`, 'deny'],
  ])('%s gives a root span its trace id', (header, request) => {
    const context = extract(header);
    expect(trace.getSpanContext(context)).toBeUndefined();
    expect(rootTraceIdOf(context)).toBe(TRACE_ID);
    expect(samplingRequestOf(context)).toBe(request);
  });

  it.each([
    '',
    '/',
    `${'0'.repeat(32)}/1;o=1`,
    `${TRACE_ID.slice(1)}/1;o=1`,
    `${TRACE_ID}0/1;o=1`,
    `${TRACE_ID}/;o=1`,
    `${TRACE_ID}/a;o=1`,
    `${TRACE_ID}/-1;o=1`,
    `${TRACE_ID}/18446744073709551616;o=1`,
    `${TRACE_ID}/${'0'.repeat(30)}1;o=1`,
    `${TRACE_ID}/1;o=`,
    `${TRACE_ID}/1;o=x`,
    `${TRACE_ID}/1;o=1;`,
    ` x${TRACE_ID}/1`,
    7,
  ])('%j is ignored', (header) => {
    expect(extract(header)).toBe(TracingContext.ROOT);
  });

  it('is written in decimal, and passes on that nothing is decided', () => {
    expect(sentFor(`${TRACE_ID}/1234567890;o=1`)).toBe(`${TRACE_ID}/1234567890;o=1`);
    expect(sentFor(`${TRACE_ID}/1234567890;o=2`)).toBe(`${TRACE_ID}/1234567890;o=0`);
    expect(sentFor(`${TRACE_ID}/1234567890`)).toBe(`${TRACE_ID}/1234567890`);
    expect(sentFor(TRACE_ID)).toBeUndefined();
  });

  it('is only read by default', () => {
    const reading = new CloudTracePropagator();
    const carrier = {};
    reading.inject(extract(`${TRACE_ID}/1;o=1`), carrier, defaultTextMapSetter);
    expect(carrier).toEqual({});
    expect(reading.fields()).toEqual([]);
    expect(reading.allFields()).toEqual([FIELD]);
  });

  it('leaves the rest of the context alone', () => {
    const given = TracingContext.ROOT.setValue(OTHER, 1);
    const context = propagator.extract(given, { [FIELD]: TRACE_ID }, defaultTextMapGetter);
    expect(context.getValue(OTHER)).toBe(1);
  });

  it('refuses an option that is no boolean', () => {
    expect(() => new CloudTracePropagator({ injects: 'yes' as never })).toThrow(
      'CloudTracePropagator.injects must be true or false',
    );
  });
});
