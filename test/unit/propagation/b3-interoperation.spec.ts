import { describe, expect, it } from '@jest/globals';
import {
  type Context,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator as StockB3Propagator } from '@opentelemetry/propagator-b3';
import { carrierGetter, carrierSetter } from '../../../lib/carriers/any-carrier.js';
import { B3Propagator } from '../../../lib/propagation/index.js';

const TRACE_ID = '80f198ee56343ba864fe8b2a57d3eff7';
const SPAN_ID = 'e457b5a2e4d86bd1';

const spanContexts: [string, SpanContext][] = [
  ['sampled', { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }],
  ['not sampled', { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 }],
  [
    'with a 64-bit id',
    { traceId: TRACE_ID.slice(16).padStart(32, '0'), spanId: SPAN_ID, traceFlags: 1 },
  ],
];

const formats: ['single' | 'multi', TextMapPropagator, TextMapPropagator][] = [
  ['single', new B3Propagator({ injectFormat: 'single' }), new StockB3Propagator()],
  [
    'multi',
    new B3Propagator({ injectFormat: 'multi' }),
    new StockB3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
  ],
];

const cases = formats.flatMap(([format, ours, stock]) =>
  spanContexts.map(([name, spanContext]) => ({ format, ours, stock, name, spanContext })),
);

describe('our B3 propagator and that of OpenTelemetry', () => {
  it.each(cases)('understand each other: $format, $name', ({ ours, stock, spanContext }) => {
    const context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    expect(callerOf(send(ours, stock, context))).toEqual(callerOf(send(stock, ours, context)));
    expect(callerOf(send(ours, stock, context))).toMatchObject({ ...spanContext, isRemote: true });
  });

  const headers: [string, Record<string, string>][] = [
    ['single', { b3: `${TRACE_ID}-${SPAN_ID}-1-05e3ac9a4f6e3b90` }],
    ['single without parent', { b3: `${TRACE_ID}-${SPAN_ID}-0` }],
    ['single, debug', { b3: `${TRACE_ID}-${SPAN_ID}-d` }],
    ['multi', { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-sampled': '1' }],
    [
      'multi, not sampled',
      { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-sampled': '0' },
    ],
    ['multi, debug', { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-flags': '1' }],
    [
      'single wins',
      { b3: `${TRACE_ID}-${SPAN_ID}-1`, 'x-b3-traceid': 'f'.repeat(32), 'x-b3-spanid': SPAN_ID },
    ],
  ];
  it.each(headers)('read the same of: %s', (_, carrier) => {
    const [ours, stock] = [new B3Propagator(), new StockB3Propagator()].map((propagator) =>
      callerOf(propagator.extract(ROOT_CONTEXT, carrier, carrierGetter)),
    );
    expect(ours).toMatchObject({
      traceId: stock?.traceId,
      spanId: stock?.spanId,
      traceFlags: stock?.traceFlags,
    });
  });
});

function send(sender: TextMapPropagator, receiver: TextMapPropagator, context: Context): Context {
  const carrier = {};
  sender.inject(context, carrier, carrierSetter);
  return receiver.extract(ROOT_CONTEXT, carrier, carrierGetter);
}

function callerOf(context: Context): SpanContext | undefined {
  return trace.getSpanContext(context);
}
