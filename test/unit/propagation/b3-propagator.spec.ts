import { describe, expect, it } from '@jest/globals';
import {
  type Context,
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import { B3Propagator, type B3PropagatorOptions } from '../../../lib/propagation/index.js';
import { describePropagator } from '../../suites/propagator.suite.js';

const TRACE_ID = '80f198ee56343ba864fe8b2a57d3eff7';
const SHORT_TRACE_ID = '64fe8b2a57d3eff7';
const PADDED_TRACE_ID = `0000000000000000${SHORT_TRACE_ID}`;
const SPAN_ID = 'e457b5a2e4d86bd1';
const PARENT_ID = '05e3ac9a4f6e3b90';
const REQUEST = createContextKey('nestjs-traced sampling request');
const MULTI_FIELDS = ['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled', 'x-b3-flags'];

describePropagator({
  name: 'B3Propagator with one header',
  create: () => new B3Propagator(),
  cannot: { carryBaggage: 'the format has no place for it' },
  otherFields: [...MULTI_FIELDS, 'x-b3-parentspanid'],
});
describePropagator({
  name: 'B3Propagator with several headers',
  create: () => new B3Propagator({ injectFormat: 'multi' }),
  cannot: { carryBaggage: 'the format has no place for it' },
  otherFields: ['b3', 'x-b3-parentspanid'],
});
describePropagator({
  name: 'B3Propagator with short trace ids',
  create: () => new B3Propagator({ sendsShortTraceIds: true }),
  cannot: { carryBaggage: 'the format has no place for it' },
});

interface Read {
  ids?: string;
  traceFlags?: number;
  request?: unknown;
}

const ids = `${TRACE_ID} ${SPAN_ID}`;
const accepted: Read = { ids, traceFlags: 1 };
const denied: Read = { ids, traceFlags: 0 };
const deferred: Read = { ids, traceFlags: 0, request: 'defer' };
const debug: Read = { ids, traceFlags: 1, request: 'debug' };
const nothing: Read = {};

const extractor = new B3Propagator();

function extract(carrier: unknown, context: Context = TracingContext.ROOT): Context {
  return extractor.extract(context, carrier, defaultTextMapGetter);
}

function read(carrier: unknown): Read {
  const context = extract(carrier);
  const spanContext = trace.getSpanContext(context);
  const request = context.getValue(REQUEST);
  return {
    ...(spanContext && {
      ids: `${spanContext.traceId} ${spanContext.spanId}`,
      traceFlags: spanContext.traceFlags,
    }),
    ...(request !== undefined && { request }),
  };
}

function inject(context: Context, options: B3PropagatorOptions = {}): Record<string, string> {
  const carrier: Record<string, string> = {};
  new B3Propagator(options).inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

function local(spanContext: Partial<SpanContext> = {}, context: Context = TracingContext.ROOT) {
  return trace.setSpanContext(context, {
    traceId: TRACE_ID,
    spanId: PARENT_ID,
    traceFlags: 1,
    ...spanContext,
  });
}

describe('the header b3', () => {
  it.each<[number, string, Read]>([
    [41, `${TRACE_ID}-${SPAN_ID}-1`, accepted],
    [41, `${TRACE_ID}-${SPAN_ID}-0`, denied],
    [41, `${TRACE_ID}-${SPAN_ID}-1-${PARENT_ID}`, accepted],
    [44, `${TRACE_ID}-${SPAN_ID}`, deferred],
    [45, `${TRACE_ID}-${SPAN_ID}-d`, debug],
    [45, `${TRACE_ID}-${SPAN_ID}-d-${PARENT_ID}`, debug],
    [42, `${SHORT_TRACE_ID}-${SPAN_ID}-1`, { ids: `${PADDED_TRACE_ID} ${SPAN_ID}`, traceFlags: 1 }],
    [43, '0', { request: 'deny' }],
    [43, '1', { request: 'accept' }],
    [43, 'd', { request: 'debug' }],
    [48, `${TRACE_ID.toUpperCase()}-${SPAN_ID.toUpperCase()}-1`, accepted],
    [52, `${TRACE_ID}-${SPAN_ID}-1, ${TRACE_ID}-${PARENT_ID}-0`, accepted],
    [41, ` ${TRACE_ID}-${SPAN_ID}-1 `, accepted],
  ])('rule %i: %j is read', (_rule, b3, expected) => {
    expect(read({ b3 })).toEqual(expected);
  });

  it.each<[number, unknown]>([
    [41, `${TRACE_ID}-${SPAN_ID}-`],
    [41, `${TRACE_ID}-${SPAN_ID}-2`],
    [41, `${TRACE_ID}-${SPAN_ID}-true`],
    [41, `${TRACE_ID}-${SPAN_ID}-1-`],
    [41, `${TRACE_ID}-${SPAN_ID}-11`],
    [41, `${TRACE_ID}-${SPAN_ID}-1-${PARENT_ID}-`],
    [41, `${TRACE_ID}-${SPAN_ID}-1-${PARENT_ID.slice(1)}`],
    [41, `${TRACE_ID}-${SPAN_ID}-1-${PARENT_ID.slice(1)}x`],
    [41, `x${TRACE_ID}-${SPAN_ID}-1`],
    [41, `${TRACE_ID}_${SPAN_ID}-1`],
    [41, TRACE_ID],
    [41, `${TRACE_ID}-`],
    [43, '2'],
    [43, 'D'],
    [43, ''],
    [49, `${'0'.repeat(32)}-${SPAN_ID}-1`],
    [49, `${'0'.repeat(16)}-${SPAN_ID}-1`],
    [49, `${TRACE_ID}-${'0'.repeat(16)}-1`],
    [49, `${TRACE_ID}${SHORT_TRACE_ID}-${SPAN_ID}-1`],
    [49, `${TRACE_ID.slice(1)}-${SPAN_ID}-1`],
    [49, `${SHORT_TRACE_ID.slice(1)}-${SPAN_ID}-1`],
    [49, `${TRACE_ID}-${SPAN_ID.slice(1)}-1`],
    [48, `${TRACE_ID.replace('8', 'g')}-${SPAN_ID}-1`],
    [41, ['a', `${TRACE_ID}-${SPAN_ID}-1`]],
  ])('rule %i: %j is malformed', (_rule, b3) => {
    expect(extract({ b3 })).toBe(TracingContext.ROOT);
  });
});

describe('the X-B3 headers', () => {
  const both = { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID };

  it.each<[number, Record<string, unknown>, Read]>([
    [46, { ...both, 'x-b3-sampled': '1' }, accepted],
    [46, { ...both, 'x-b3-sampled': '0' }, denied],
    [46, { ...both, 'x-b3-sampled': 'true' }, accepted],
    [46, { ...both, 'x-b3-sampled': 'false' }, denied],
    [44, both, deferred],
    [45, { ...both, 'x-b3-flags': '1' }, debug],
    [45, { ...both, 'x-b3-flags': '1', 'x-b3-sampled': '0' }, debug],
    [45, { ...both, 'x-b3-flags': '0', 'x-b3-sampled': '0' }, denied],
    [45, { 'x-b3-flags': '1' }, { request: 'debug' }],
    [47, { 'x-b3-sampled': '0' }, { request: 'deny' }],
    [47, { 'x-b3-sampled': '1' }, { request: 'accept' }],
    [50, { ...both, 'x-b3-sampled': '1', 'x-b3-parentspanid': PARENT_ID }, accepted],
    [52, { ...both, 'x-b3-sampled': ['1', '0'] }, accepted],
    [52, { 'x-b3-traceid': `${TRACE_ID}, ${PADDED_TRACE_ID}`, 'x-b3-spanid': SPAN_ID }, deferred],
    [40, { ...both, 'x-b3-sampled': '0', b3: `${TRACE_ID}-${SPAN_ID}-1` }, accepted],
    [40, { ...both, 'x-b3-sampled': '1', b3: 'nonsense' }, accepted],
    [40, { ...both, 'x-b3-sampled': '1', b3: '0' }, { request: 'deny' }],
    [46, { ...both, 'x-b3-sampled': '' }, nothing],
    [46, { ...both, 'x-b3-sampled': 'yes' }, nothing],
    [50, { ...both, 'x-b3-sampled': '1', 'x-b3-parentspanid': 'nonsense' }, nothing],
    [49, { ...both, 'x-b3-traceid': '0'.repeat(32) }, nothing],
    [49, { ...both, 'x-b3-spanid': SPAN_ID.slice(1) }, nothing],
    [49, { 'x-b3-traceid': TRACE_ID, 'x-b3-sampled': '1' }, nothing],
    [49, { 'x-b3-spanid': SPAN_ID, 'x-b3-sampled': '1' }, nothing],
    [49, {}, nothing],
  ])('rule %i: %j is read', (_rule, carrier, expected) => {
    expect(read(carrier)).toEqual(expected);
  });
});

describe('what B3Propagator sends', () => {
  it('rule 53: one header unless told otherwise', () => {
    expect(inject(local())).toEqual({ b3: `${TRACE_ID}-${PARENT_ID}-1` });
    expect(inject(local({ traceFlags: 0 }))).toEqual({ b3: `${TRACE_ID}-${PARENT_ID}-0` });
  });

  it('rule 46: several headers where told, with 0 and 1', () => {
    const multi = { injectFormat: 'multi' } as const;
    const sent = { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': PARENT_ID };
    expect(inject(local(), multi)).toEqual({ ...sent, 'x-b3-sampled': '1' });
    expect(inject(local({ traceFlags: 2 }), multi)).toEqual({ ...sent, 'x-b3-sampled': '0' });
  });

  it('rule 54: lists the fields of the format', () => {
    expect(new B3Propagator().fields()).toEqual(['b3']);
    expect(new B3Propagator({ injectFormat: 'multi' }).fields()).toEqual(MULTI_FIELDS);
  });

  it('rule 55: uses lower-case names, which gRPC metadata needs', () => {
    const names = Object.keys(inject(local(), { injectFormat: 'multi' }));
    expect(names).toEqual(names.map((name) => name.toLowerCase()));
  });

  it('rule 42: short trace ids where told', () => {
    const context = local({ traceId: PADDED_TRACE_ID });
    expect(inject(context).b3).toBe(`${PADDED_TRACE_ID}-${PARENT_ID}-1`);
    expect(inject(context, { sendsShortTraceIds: true }).b3).toBe(
      `${SHORT_TRACE_ID}-${PARENT_ID}-1`,
    );
    expect(inject(local(), { sendsShortTraceIds: true }).b3).toBe(`${TRACE_ID}-${PARENT_ID}-1`);
  });

  it('rule 50: never the parent span id', () => {
    const received = extract({
      'x-b3-traceid': TRACE_ID,
      'x-b3-spanid': SPAN_ID,
      'x-b3-parentspanid': PARENT_ID,
    });
    expect(Object.keys(inject(received, { injectFormat: 'multi' }))).not.toContain(
      'x-b3-parentspanid',
    );
  });

  it.each([
    [{ b3: `${TRACE_ID}-${SPAN_ID}-d` }],
    [{ 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-flags': '1' }],
  ])('rule 45: debug goes on from %j in both encodings', (carrier) => {
    const context = local({}, extract(carrier));
    expect(inject(context)).toEqual({ b3: `${TRACE_ID}-${PARENT_ID}-d` });
    expect(inject(context, { injectFormat: 'multi' })).toEqual({
      'x-b3-traceid': TRACE_ID,
      'x-b3-spanid': PARENT_ID,
      'x-b3-flags': '1',
    });
  });

  it.each([
    [{ b3: '0' }, '0', { 'x-b3-sampled': '0' }],
    [{ 'x-b3-sampled': '0' }, '0', { 'x-b3-sampled': '0' }],
    [{ b3: '1' }, '1', { 'x-b3-sampled': '1' }],
    [{ 'x-b3-flags': '1' }, 'd', { 'x-b3-flags': '1' }],
  ])(
    'rule 43: a decision without ids goes on from %j where no span was made',
    (carrier, b3, multi) => {
      expect(inject(extract(carrier))).toEqual({ b3 });
      expect(inject(extract(carrier), { injectFormat: 'multi' })).toEqual(multi);
    },
  );

  it('rule 44: a deferred decision goes on where no span was made, and is made where one was', () => {
    const received = extract({ b3: `${TRACE_ID}-${SPAN_ID}` });
    expect(inject(received)).toEqual({ b3: `${TRACE_ID}-${SPAN_ID}` });
    expect(inject(local({ traceFlags: 0 }, received))).toEqual({
      b3: `${TRACE_ID}-${PARENT_ID}-0`,
    });
  });

  it('rule 51: the id of the span of this process', () => {
    const received = extract({ b3: `${TRACE_ID}-${SPAN_ID}-1` });
    expect(inject(local({}, received)).b3).toContain(PARENT_ID);
  });
});

describe('B3Propagator', () => {
  it('forgets the request of an earlier message', () => {
    const first = extract({ b3: `${TRACE_ID}-${SPAN_ID}-d` });
    const second = extract({ b3: `${TRACE_ID}-${SPAN_ID}-0` }, first);
    expect(second.getValue(REQUEST)).toBeUndefined();
  });

  it.each(['both', '', null, 1])('refuses the format %j', (injectFormat) => {
    expect(() => new B3Propagator({ injectFormat: injectFormat as 'single' })).toThrow(
      /B3Propagator\.injectFormat must be one of 'single', 'multi', but it is .*\. Use 'single'/,
    );
  });
});
