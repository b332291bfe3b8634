import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { carrierGetter, carrierSetter } from '../../../lib/carriers/any-carrier.js';
import { W3CTraceContextPropagator } from '../../../lib/propagation/index.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const HEADER = `00-${TRACE_ID}-b7ad6b7169203331-01`;

function metadata(): Metadata {
  const carrier = new Metadata();
  carrier.set('traceparent', HEADER);
  return carrier;
}

describe('carrierGetter', () => {
  const carriers: [string, unknown][] = [
    ['an object', { traceparent: HEADER }],
    ['an object with another case', { TraceParent: HEADER }],
    ['an object with an array', { traceparent: [HEADER] }],
    ['an object without a prototype', Object.assign(Object.create(null), { traceparent: HEADER })],
    ['an object with a buffer, as brokers have', { traceparent: Buffer.from(HEADER) }],
    ['an object with an array of buffers', { traceparent: [Buffer.from(HEADER)] }],
    ['an object with a Uint8Array', { traceparent: new TextEncoder().encode(HEADER) }],
    ['Headers', new Headers({ Traceparent: HEADER })],
    ['a Map', new Map([['traceparent', HEADER]])],
    ['a Map with another case', new Map([['Traceparent', HEADER]])],
    ['gRPC metadata', metadata()],
  ];

  it.each(carriers)('reads %s', (_, carrier) => {
    const context = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, carrier, carrierGetter);
    expect(trace.getSpanContext(context)?.traceId).toBe(TRACE_ID);
  });

  it.each(carriers)('names the fields of %s', (_, carrier) => {
    expect(carrierGetter.keys(carrier).map((name) => name.toLowerCase())).toEqual(['traceparent']);
  });

  const odd: unknown[] = [
    undefined,
    null,
    5,
    'traceparent',
    [],
    { traceparent: 5 },
    { traceparent: {} },
    { traceparent: [5, null] },
    Object.create({ traceparent: HEADER }),
    {
      get() {
        throw new Error('no');
      },
    },
    {
      keys() {
        throw new Error('no');
      },
    },
  ];
  it.each(odd)('finds nothing in %p, and does not throw', (carrier) => {
    expect(carrierGetter.get(carrier, 'traceparent')).toBeUndefined();
    expect(() => carrierGetter.keys(carrier)).not.toThrow();
  });
});

describe('carrierSetter', () => {
  const empty: [string, unknown][] = [
    ['an object', {}],
    ['Headers', new Headers()],
    ['a Map', new Map()],
    ['gRPC metadata', new Metadata()],
  ];

  it.each(empty)('writes %s, so that the getter reads it again', (_, carrier) => {
    carrierSetter.set(carrier, 'traceparent', HEADER);
    expect([carrierGetter.get(carrier, 'traceparent')].flat()).toEqual([HEADER]);
  });

  it.each([undefined, null, 'text', 5])('writes nothing into %p', (carrier) => {
    expect(() => carrierSetter.set(carrier, 'traceparent', HEADER)).not.toThrow();
  });
});
