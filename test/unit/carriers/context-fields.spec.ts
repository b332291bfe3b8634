import { describe, expect, it } from '@jest/globals';
import type { TextMapPropagator } from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator as StockB3Propagator } from '@opentelemetry/propagator-b3';
import { allFieldsOf, ContextFields } from '../../../lib/carriers/context-fields.js';
import {
  B3Propagator,
  CompositePropagator,
  DatadogPropagator,
  JaegerPropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
  XRayPropagator,
} from '../../../lib/propagation/index.js';

function left(propagator: TextMapPropagator, headers: Record<string, string>): string[] {
  const map = new Map(Object.entries(headers));
  ContextFields.of(propagator).removeFrom(map, {
    keys: (carrier) => carrier.keys(),
    remove: (carrier, name) => {
      for (const key of [...carrier.keys()]) {
        if (key.toLowerCase() === name) carrier.delete(key);
      }
    },
  });
  return [...map.keys()];
}

const HEADERS = {
  accept: '*/*',
  Traceparent: '00-…',
  tracestate: 'stranger=1',
  baggage: 'stranger=1',
  b3: '0',
  'X-B3-TraceId': '1',
  'x-b3-parentspanid': '1',
  'uber-trace-id': '1',
  'UberCtx-Tenant': 'blue',
  'x-datadog-tags': '1',
  'X-Amzn-Trace-Id': '1',
};

describe('ContextFields', () => {
  it.each<[string, TextMapPropagator, string[]]>([
    ['W3C', new W3CTraceContextPropagator(), ['Traceparent', 'tracestate']],
    ['W3C baggage', new W3CBaggagePropagator(), ['baggage']],
    ['B3, in both forms', new B3Propagator(), ['b3', 'X-B3-TraceId', 'x-b3-parentspanid']],
    [
      'Jaeger, also if it injects nothing',
      new JaegerPropagator(),
      ['uber-trace-id', 'UberCtx-Tenant'],
    ],
    ['Datadog', new DatadogPropagator(), ['x-datadog-tags']],
    ['X-Ray', new XRayPropagator(), ['X-Amzn-Trace-Id']],
    [
      'a stock B3 propagator',
      new StockB3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
      ['X-B3-TraceId', 'x-b3-parentspanid'],
    ],
  ])('are those of %s, in any case', (_, propagator, removed) => {
    expect(left(propagator, HEADERS)).toEqual(
      Object.keys(HEADERS).filter((name) => !removed.includes(name)),
    );
  });

  it('are those of all propagators of a composite', () => {
    const propagators = [
      new W3CTraceContextPropagator(),
      new W3CBaggagePropagator(),
      new B3Propagator(),
      new JaegerPropagator(),
      new DatadogPropagator(),
      new XRayPropagator(),
    ];
    expect(left(new CompositePropagator({ propagators }), HEADERS)).toEqual(['accept']);
  });

  it('include the baggage headers of a stock Jaeger propagator', () => {
    const stock = {
      inject() {},
      extract: (context: never) => context,
      fields: () => ['uber-trace-id'],
    };
    expect(allFieldsOf(stock)).toEqual(['uber-trace-id', 'uberctx-*']);
  });
});
