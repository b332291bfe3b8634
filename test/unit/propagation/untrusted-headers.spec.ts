import { describe, expect, it } from '@jest/globals';
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import {
  B3Propagator,
  CloudTracePropagator,
  DatadogPropagator,
  JaegerPropagator,
  OtTracePropagator,
  TraceState,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
  XRayPropagator,
} from '../../../lib/propagation/index.js';
import { percentDecode } from '../../../lib/propagation/percent-encoding.js';
import { untrustedTextSuite } from '../../suites/untrusted-text.suite.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const diagnostics = new Diagnostics({ warn: () => {} });

/** Reads the header; carriers hand over the whole text, so a pass to its first comma is allowed. */
function header(propagator: TextMapPropagator, name: string, others: Record<string, string> = {}) {
  return (text: string): void => {
    const carrier = { ...others, [name]: text };
    const context = propagator.extract(TracingContext.ROOT, carrier, defaultTextMapGetter);
    trace.getSpanContext(context)?.traceState?.serialize();
  };
}

const traceparent = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` };
const b3Ids = { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID };
const datadogIds = { 'x-datadog-trace-id': '12', 'x-datadog-parent-id': '34' };
const w3c = new W3CTraceContextPropagator();
const b3 = new B3Propagator();
const datadog = new DatadogPropagator();

untrustedTextSuite({
  name: 'baggage',
  parse: header(new W3CBaggagePropagator({ diagnostics }), 'baggage'),
  heads: ['a=1,', 'a=', 'a=1;'],
  maxWork: 400_000,
});
untrustedTextSuite({
  name: 'traceparent',
  parse: header(w3c, 'traceparent'),
  heads: [`00-${TRACE_ID}-${SPAN_ID}-01`, `cc-${TRACE_ID}-${SPAN_ID}-01-`],
  maxWork: 5_000,
});
untrustedTextSuite({
  name: 'tracestate',
  parse: header(w3c, 'tracestate', traceparent),
  heads: ['ot=th:8;', 'a=b,', 'a=', 'a@'],
  maxWork: 400_000,
});
untrustedTextSuite({
  name: 'a trace state that is read and changed',
  parse: (text) => TraceState.parse(text).set('ot', 'th:8').unset('a').serialize(),
  heads: ['ot=th:8;', 'a=b,'],
  maxWork: 400_000,
});
untrustedTextSuite({
  name: 'b3',
  parse: header(b3, 'b3'),
  heads: [`${TRACE_ID}-`, `${TRACE_ID}-${SPAN_ID}-1-`],
});
for (const name of ['x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled']) {
  untrustedTextSuite({ name, parse: header(b3, name, b3Ids) });
}
untrustedTextSuite({
  name: 'uber-trace-id',
  parse: header(new JaegerPropagator(), 'uber-trace-id'),
  heads: [`${TRACE_ID}:`, `${TRACE_ID}%3A${SPAN_ID}:0:`],
});
untrustedTextSuite({
  name: 'uberctx-',
  parse: header(new JaegerPropagator(), 'uberctx-tenant'),
});
untrustedTextSuite({
  name: 'x-amzn-trace-id',
  parse: header(new XRayPropagator(), 'x-amzn-trace-id'),
  heads: ['Root=1-5759e988-bd862e3fe1be46a994272793;', 'Lineage=', 'Root=1-'],
});
for (const name of ['x-datadog-trace-id', 'x-datadog-tags', 'x-datadog-sampling-priority']) {
  untrustedTextSuite({ name, parse: header(datadog, name, datadogIds), heads: ['_dd.p.tid='] });
}
untrustedTextSuite({
  name: 'x-cloud-trace-context',
  parse: header(new CloudTracePropagator(), 'x-cloud-trace-context'),
  heads: [`${TRACE_ID}/`, `${TRACE_ID}/1;o=`, `${TRACE_ID};o=1`],
});
const otIds = { 'ot-tracer-traceid': TRACE_ID, 'ot-tracer-spanid': SPAN_ID };
for (const name of [...Object.keys(otIds), 'ot-tracer-sampled', 'ot-baggage-tenant']) {
  untrustedTextSuite({ name, parse: header(new OtTracePropagator(), name, otIds) });
}
untrustedTextSuite({
  name: 'baggage that is sent in the ot-baggage headers',
  parse: (text) => {
    const baggage = propagation.createBaggage({ tenant: { value: text } });
    new OtTracePropagator().inject(
      TracingContext.ROOT.withBaggage(baggage),
      {},
      defaultTextMapSetter,
    );
  },
  heads: [' '],
  maxWork: 10,
});
untrustedTextSuite({ name: 'percentDecode', parse: percentDecode });

describe('Jaeger baggage in many headers', () => {
  it('is read up to 8192 bytes', () => {
    const carrier = Object.fromEntries(
      Array.from({ length: 64 }, (_, i) => [`uberctx-${i}`, '%ff'.repeat(1000)]),
    );
    const context = new JaegerPropagator().extract(
      TracingContext.ROOT,
      carrier,
      defaultTextMapGetter,
    );
    expect(TracingContext.from(context).baggage?.getAllEntries()).toHaveLength(2);
  });
});
