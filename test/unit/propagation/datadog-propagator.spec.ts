import { describe, expect, it } from '@jest/globals';
import {
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  trace,
} from '@opentelemetry/api';
import { rootTraceIdOf, TracingContext } from '../../../lib/context/index.js';
import { DatadogPropagator } from '../../../lib/propagation/index.js';
import { describePropagator } from '../../suites/propagator.suite.js';

describePropagator({
  name: 'DatadogPropagator',
  create: () => new DatadogPropagator(),
  cannot: { carryBaggage: 'its own headers for baggage are not read' },
});

const REQUEST = createContextKey('nestjs-traced sampling request');
const propagator = new DatadogPropagator();
const extract = (carrier: unknown) =>
  propagator.extract(TracingContext.ROOT, carrier, defaultTextMapGetter);
const sent = { 'x-datadog-trace-id': '255', 'x-datadog-parent-id': '4096' };

describe('the Datadog headers', () => {
  it.each<[string | undefined, number, string | undefined]>([
    ['-1', 0, undefined],
    ['0', 0, undefined],
    ['1', 1, undefined],
    ['2', 1, undefined],
    [undefined, 0, 'defer'],
    ['3', 0, 'defer'],
    ['', 0, 'defer'],
  ])('rule 58: the priority %j is read', (priority, traceFlags, request) => {
    const context = extract({ ...sent, 'x-datadog-sampling-priority': priority });
    expect(trace.getSpanContext(context)).toMatchObject({
      traceId: '000000000000000000000000000000ff',
      spanId: '0000000000001000',
      traceFlags,
      isRemote: true,
    });
    expect(context.getValue(REQUEST)).toBe(request);
  });

  it.each([
    ['_dd.p.tid=640cfd8d00000000', '640cfd8d00000000'],
    ['_dd.p.dm=-1, _dd.p.tid=640cfd8d00000000,_dd.p.usr.id=x', '640cfd8d00000000'],
    ['_dd.p.tid=640CFD8D00000000', '0000000000000000'],
    ['_dd.p.tid=640cfd8d', '0000000000000000'],
    ['_dd.p.tid', '0000000000000000'],
    ['', '0000000000000000'],
  ])('rule 58: the tags %j say the upper half of the trace id', (tags, upperHalf) => {
    const context = extract({ ...sent, 'x-datadog-tags': tags });
    expect(trace.getSpanContext(context)?.traceId).toBe(`${upperHalf}00000000000000ff`);
  });

  it.each([
    {},
    { 'x-datadog-trace-id': '255' },
    { 'x-datadog-parent-id': '255' },
    { ...sent, 'x-datadog-trace-id': '0' },
    { ...sent, 'x-datadog-trace-id': '-255' },
    { ...sent, 'x-datadog-trace-id': 'ff' },
    { ...sent, 'x-datadog-trace-id': '18446744073709551616' },
  ])('rule 58: %j has no span to go on from', (carrier) => {
    expect(extract(carrier)).toBe(TracingContext.ROOT);
  });

  it.each([
    ['1', 'accept'],
    ['0', 'deny'],
    [undefined, undefined],
  ])('give a root span its trace id, with the parent id 0 and priority %j', (priority, request) => {
    const context = extract({
      ...sent,
      'x-datadog-parent-id': '0',
      'x-datadog-tags': '_dd.p.tid=640cfd8d00000000',
      'x-datadog-sampling-priority': priority,
    });
    expect(trace.getSpanContext(context)).toBeUndefined();
    expect(rootTraceIdOf(context)).toBe('640cfd8d0000000000000000000000ff');
    expect(context.getValue(REQUEST)).toBe(request);
  });

  it('rule 58: are written in decimal, with the upper half in the tags', () => {
    const carrier = {};
    const spanContext = {
      traceId: '640cfd8d00000000ffffffffffffffff',
      spanId: '0000000000001000',
      traceFlags: 1,
    };
    const context = trace.setSpanContext(TracingContext.ROOT, spanContext);
    propagator.inject(context, carrier, defaultTextMapSetter);
    expect(carrier).toEqual({
      'x-datadog-trace-id': '18446744073709551615',
      'x-datadog-parent-id': '4096',
      'x-datadog-sampling-priority': '1',
      'x-datadog-tags': '_dd.p.tid=640cfd8d00000000',
    });
  });

  it('hand a missing decision on', () => {
    const carrier = {};
    propagator.inject(extract(sent), carrier, defaultTextMapSetter);
    expect(carrier).toEqual(sent);
  });
});
