import { describe, expect, it } from '@jest/globals';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  trace,
} from '@opentelemetry/api';
import { samplingRequestOf, TracingContext } from '../../../lib/context/index.js';
import { OtTracePropagator } from '../../../lib/propagation/index.js';
import { describePropagator } from '../../suites/propagator.suite.js';

const FIELDS = {
  fieldPrefix: 'ot-baggage-',
  otherFields: ['ot-baggage-a', 'Ot-Baggage-b', 'ot-baggage-'],
};

describePropagator({
  name: 'OtTracePropagator',
  create: () => new OtTracePropagator(),
  cannot: { carrySpan: 'it sends half of the trace id, as the receivers of this format expect' },
  ...FIELDS,
});
describePropagator({
  name: 'OtTracePropagator with whole trace ids',
  create: () => new OtTracePropagator({ sendsShortTraceIds: false }),
  ...FIELDS,
});

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const IDS = { 'ot-tracer-traceid': TRACE_ID, 'ot-tracer-spanid': SPAN_ID };
const propagator = new OtTracePropagator();

function extract(carrier: unknown) {
  return propagator.extract(TracingContext.ROOT, carrier, defaultTextMapGetter);
}

function inject(context: Context, sender = propagator): Record<string, string> {
  const carrier = {};
  sender.inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

function baggageOf(carrier: unknown) {
  const entries = propagation.getBaggage(extract(carrier))?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
}

describe('the ot-tracer headers', () => {
  it.each([
    ['true', 1, undefined],
    ['1', 1, undefined],
    ['false', 0, undefined],
    ['0', 0, undefined],
    [undefined, 0, 'defer'],
    ['', 0, 'defer'],
    ['yes', 0, 'defer'],
  ])('are read with the decision %j', (sampled, traceFlags, request) => {
    const context = extract({ ...IDS, 'ot-tracer-sampled': sampled });
    expect(trace.getSpanContext(context)).toMatchObject({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags,
      isRemote: true,
    });
    expect(samplingRequestOf(context)).toBe(request);
  });

  it.each([
    ['8448eb211c80319c', SPAN_ID, '00000000000000008448eb211c80319c', SPAN_ID],
    ['1c3b00da', 'deadbeaf', '0000000000000000000000001c3b00da', '00000000deadbeaf'],
  ])('are read with the short ids %s and %s', (traceid, spanid, traceId, spanId) => {
    const context = extract({ 'ot-tracer-traceid': traceid, 'ot-tracer-spanid': spanid });
    expect(trace.getSpanContext(context)).toMatchObject({ traceId, spanId });
  });

  it.each([
    {},
    { 'ot-tracer-traceid': TRACE_ID },
    { 'ot-tracer-spanid': SPAN_ID },
    { ...IDS, 'ot-tracer-traceid': '0' },
    { ...IDS, 'ot-tracer-traceid': '' },
    { ...IDS, 'ot-tracer-traceid': `0${TRACE_ID}` },
    { ...IDS, 'ot-tracer-traceid': TRACE_ID.toUpperCase() },
    { ...IDS, 'ot-tracer-spanid': '0'.repeat(16) },
    { ...IDS, 'ot-tracer-spanid': 'x' },
  ])('are ignored as %j', (carrier) => {
    expect(extract(carrier)).toBe(TracingContext.ROOT);
  });

  it('are sent with the lower half of the trace id', () => {
    expect(inject(extract({ ...IDS, 'ot-tracer-sampled': 'true' }))).toEqual({
      'ot-tracer-traceid': '8448eb211c80319c',
      'ot-tracer-spanid': SPAN_ID,
      'ot-tracer-sampled': 'true',
    });
    expect(inject(extract(IDS))).toEqual({
      'ot-tracer-traceid': '8448eb211c80319c',
      'ot-tracer-spanid': SPAN_ID,
    });
  });

  it('are sent with the whole trace id on demand, and where its lower half is zero', () => {
    const whole = new OtTracePropagator({ sendsShortTraceIds: false });
    expect(inject(extract(IDS), whole)['ot-tracer-traceid']).toBe(TRACE_ID);
    const traceid = `8448eb211c80319c${'0'.repeat(16)}`;
    const context = extract({ ...IDS, 'ot-tracer-traceid': traceid });
    expect(inject(context)['ot-tracer-traceid']).toBe(traceid);
  });

  it('refuse an option that is no boolean', () => {
    expect(() => new OtTracePropagator({ sendsShortTraceIds: 1 as never })).toThrow(
      'OtTracePropagator.sendsShortTraceIds must be true or false',
    );
  });
});

describe('the ot-baggage headers', () => {
  it('are read as other tracers send them', () => {
    expect(
      baggageOf({
        'ot-baggage-tenant': ' a, b; c ',
        'Ot-Baggage-Name': 'J%C3%BCrgen',
        'ot-baggage-': 'nothing',
        'ot-baggage-two': ['1', '2'],
      }),
    ).toEqual({ tenant: 'a, b; c', Name: 'Jürgen' });
  });

  it('are sent as other tracers read them', () => {
    const baggage = propagation.createBaggage({
      plain: { value: 'a, b; c=d' },
      percent: { value: '100 %' },
      other: { value: ' é\u{1F4A5}\n' },
      lone: { value: 'x\ud800' },
      'not a key': { value: '1' },
    });
    const sent = inject(TracingContext.ROOT.withBaggage(baggage));
    expect(sent).toEqual({
      'ot-baggage-plain': 'a, b; c=d',
      'ot-baggage-percent': '100 %25',
      'ot-baggage-other': '%20%C3%A9%F0%9F%92%A5%0A',
      'ot-baggage-lone': 'x%EF%BF%BD',
    });
    expect(baggageOf(sent)).toEqual({
      plain: 'a, b; c=d',
      percent: '100 %',
      other: ' é\u{1F4A5}\n',
      lone: 'x\ufffd',
    });
  });
});
