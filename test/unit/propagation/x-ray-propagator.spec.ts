import { describe, expect, it } from '@jest/globals';
import {
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { rootTraceIdOf, TracingContext } from '../../../lib/context/index.js';
import { XRayPropagator } from '../../../lib/propagation/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { describePropagator } from '../../suites/propagator.suite.js';

describePropagator({
  name: 'XRayPropagator',
  create: () => new XRayPropagator(),
  cannot: { carryBaggage: 'the header has no place for it' },
});

const TRACE_ID = '5759e988bd862e3fe1be46a994272793';
const SPAN_ID = '53995c3f42cd8ad8';
const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793';
const REQUEST = createContextKey('nestjs-traced sampling request');

const propagator = new XRayPropagator();
const extract = (header: unknown) =>
  propagator.extract(TracingContext.ROOT, { 'x-amzn-trace-id': header }, defaultTextMapGetter);

describe('x-amzn-trace-id', () => {
  it.each([
    [ROOT, undefined],
    [`Self=1-582113d1-1e48b74b3603af8479078ed6;${ROOT}`, undefined],
    [`${ROOT};Sampled=?`, undefined],
    [`${ROOT};Sampled=1`, 'accept'],
    [`Sampled=0;${ROOT}`, 'deny'],
    [`${ROOT};Parent=0000000000000000`, undefined],
    [`${ROOT};Parent=53995c3f`, undefined],
  ])('rule 57: %j without a parent gives the trace id of a root span', (header, request) => {
    const context = extract(header);
    expect(trace.getSpanContext(context)).toBeUndefined();
    expect(rootTraceIdOf(context)).toBe(TRACE_ID);
    expect(context.getValue(REQUEST)).toBe(request);
  });

  it('starts a trace under the id of a load balancer, and the sampler decides', () => {
    const { tracer, recorder } = createTestTracing({ propagator });
    for (const sampled of ['', ';Sampled=1']) {
      const context = extract(`${ROOT}${sampled}`);
      const span = tracer.startSpan('GET /', { kind: SpanKind.SERVER }, context);
      expect(span.spanContext()).toMatchObject({ traceId: TRACE_ID, traceFlags: 1 });
      const other = tracer.startSpan('job', { root: true }, trace.setSpan(context, span));
      expect(other.spanContext().traceId).not.toBe(TRACE_ID);
      other.end();
      span.end();
    }
    expect(recorder.takeSpans().map((span) => span.parentSpanContext)).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each([
    `${ROOT};Parent=${SPAN_ID};Sampled=1;Lineage=a87bd80c:1|68fd508a:5`,
    `Lineage=1:a87bd80c:0;${ROOT};Parent=${SPAN_ID};Sampled=1`,
  ])('sends the lineage of %j on', (header) => {
    const carrier: Record<string, string> = {};
    propagator.inject(extract(header), carrier, defaultTextMapSetter);
    expect(carrier['x-amzn-trace-id']?.split(';').sort()).toEqual(header.split(';').sort());
  });

  it.each(['', 'a b', 'a\r\nx: y', `${'a'.repeat(257)}`])('sends no lineage %j', (lineage) => {
    const carrier: Record<string, string> = {};
    const header = `${ROOT};Parent=${SPAN_ID};Sampled=1`;
    propagator.inject(extract(`${header};Lineage=${lineage}`), carrier, defaultTextMapSetter);
    expect(carrier).toEqual({ 'x-amzn-trace-id': header });
  });

  it('keeps neither trace id nor lineage of an earlier caller', () => {
    const earlier = extract(`${ROOT};Lineage=1:a:0`);
    const header = { 'x-amzn-trace-id': `${ROOT};Parent=${SPAN_ID}` };
    const carrier: Record<string, string> = {};
    const later = propagator.extract(earlier, header, defaultTextMapGetter);
    propagator.inject(later, carrier, defaultTextMapSetter);
    expect(carrier).toEqual({ 'x-amzn-trace-id': `${ROOT};Parent=${SPAN_ID};Sampled=?` });
  });

  it.each([
    [`${ROOT};Parent=${SPAN_ID};Sampled=1`, 1, undefined],
    [`${ROOT};Parent=${SPAN_ID};Sampled=0`, 0, undefined],
    [`${ROOT};Parent=${SPAN_ID};Sampled=?`, 0, 'defer'],
    [`${ROOT};Parent=${SPAN_ID}`, 0, 'defer'],
    [`${ROOT};Parent=${SPAN_ID};Sampled=yes`, 0, 'defer'],
    [`Sampled=1;Parent=${SPAN_ID};${ROOT}`, 1, undefined],
    [
      `Self=1-582113d1-1e48b74b3603af8479078ed6; ${ROOT} ; Parent=${SPAN_ID}; Sampled=1;`,
      1,
      undefined,
    ],
    [`${ROOT};Parent=${SPAN_ID};Sampled=1;Lineage=a87bd80c:1|68fd508a:5|c512fbe3:2`, 1, undefined],
  ])('rule 57: %j is read', (header, traceFlags, request) => {
    const context = extract(header);
    expect(trace.getSpanContext(context)).toMatchObject({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags,
      isRemote: true,
    });
    expect(context.getValue(REQUEST)).toBe(request);
  });

  it.each([
    '',
    `Parent=${SPAN_ID};Sampled=1`,
    `Root=2-5759e988-bd862e3fe1be46a994272793;Parent=${SPAN_ID}`,
    `Root=1-5759e988bd862e3fe1be46a994272793;Parent=${SPAN_ID}`,
    `Root=1-5759e988-bd862e3fe1be46a99427279;Parent=${SPAN_ID}`,
    `Root=1-5759E988-bd862e3fe1be46a994272793;Parent=${SPAN_ID}`,
    `Root=1-00000000-000000000000000000000000;Parent=${SPAN_ID}`,
    `root=1-5759e988-bd862e3fe1be46a994272793;Parent=${SPAN_ID}`,
  ])('rule 57: %j has no span to go on from', (header) => {
    expect(extract(header)).toBe(TracingContext.ROOT);
  });

  it.each([
    [0, '0'],
    [1, '1'],
    [3, '1'],
  ])('rule 57: is written for trace flags %i', (traceFlags, sampled) => {
    const carrier = {};
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags };
    const context = trace.setSpanContext(TracingContext.ROOT, spanContext);
    propagator.inject(context, carrier, defaultTextMapSetter);
    expect(carrier).toEqual({ 'x-amzn-trace-id': `${ROOT};Parent=${SPAN_ID};Sampled=${sampled}` });
  });

  it('hands a missing decision on', () => {
    const carrier = {};
    propagator.inject(extract(`${ROOT};Parent=${SPAN_ID}`), carrier, defaultTextMapSetter);
    expect(carrier).toEqual({ 'x-amzn-trace-id': `${ROOT};Parent=${SPAN_ID};Sampled=?` });
  });
});
