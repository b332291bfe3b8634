import { describe, expect, it } from '@jest/globals';
import {
  type Context,
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import {
  W3CBaggagePropagator as StockBaggagePropagator,
  W3CTraceContextPropagator as StockTraceContextPropagator,
} from '@opentelemetry/core';
import { TracingContext } from '../../../lib/context/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import {
  B3Propagator,
  CompositePropagator,
  DatadogPropagator,
  JaegerPropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
  XRayPropagator,
} from '../../../lib/propagation/index.js';
import { describePropagator } from '../../suites/propagator.suite.js';

const silent = () => new Diagnostics({ warn: () => {} });

function composite(...propagators: TextMapPropagator[]): CompositePropagator {
  return new CompositePropagator({ propagators, diagnostics: silent() });
}

describePropagator({
  name: 'CompositePropagator of all',
  create: () =>
    composite(
      new W3CTraceContextPropagator(),
      new W3CBaggagePropagator({ diagnostics: silent() }),
      new B3Propagator(),
      new B3Propagator({ injectFormat: 'multi' }),
      new JaegerPropagator({ injects: true }),
      new XRayPropagator(),
      new DatadogPropagator(),
    ),
  fieldPrefix: 'uberctx-',
});
describePropagator({
  name: "CompositePropagator of OpenTelemetry's B3 order: b3, then trace context",
  create: () => composite(new B3Propagator(), new W3CTraceContextPropagator()),
  cannot: { carryBaggage: 'none of its propagators carries it' },
});

const W3C_ID = '0af7651916cd43dd8448eb211c80319c';
const B3_ID = '80f198ee56343ba864fe8b2a57d3eff7';
const SPAN_ID = 'b7ad6b7169203331';
const REQUEST = createContextKey('nestjs-traced sampling request');
const carrier = {
  traceparent: `00-${W3C_ID}-${SPAN_ID}-00`,
  b3: `${B3_ID}-${SPAN_ID}-d`,
  baggage: 'a=1',
};

const extract = (propagator: TextMapPropagator, from: unknown): Context =>
  propagator.extract(TracingContext.ROOT, from, defaultTextMapGetter);
const traceIdOf = (context: Context) => trace.getSpanContext(context)?.traceId;

describe('CompositePropagator', () => {
  const w3c = () => new W3CTraceContextPropagator();
  const b3 = () => new B3Propagator();
  const baggage = () => new W3CBaggagePropagator();

  it('rule 59: takes the span from the first format that has one', () => {
    expect(traceIdOf(extract(composite(w3c(), b3()), carrier))).toBe(W3C_ID);
    expect(traceIdOf(extract(composite(b3(), w3c()), carrier))).toBe(B3_ID);
    expect(traceIdOf(extract(composite(b3(), w3c()), { ...carrier, b3: 'x' }))).toBe(W3C_ID);
  });

  it('rule 59: takes baggage whichever format had the span', () => {
    const context = extract(composite(w3c(), b3(), baggage()), carrier);
    expect(propagation.getBaggage(context)?.getEntry('a')?.value).toBe('1');
    expect(traceIdOf(context)).toBe(W3C_ID);
  });

  it('takes the sampling request of the format that had the span, and of no other', () => {
    expect(extract(composite(b3(), w3c()), carrier).getValue(REQUEST)).toBe('debug');
    expect(extract(composite(w3c(), b3()), carrier).getValue(REQUEST)).toBeUndefined();
    expect(
      extract(composite(b3(), w3c()), { ...carrier, b3: '0' }).getValue(REQUEST),
    ).toBeUndefined();
  });

  it('completes the span by what another format says of the same one', () => {
    const sent = {
      traceparent: `00-${W3C_ID}-${SPAN_ID}-03`,
      tracestate: 'foo=1',
      b3: `${W3C_ID}-${SPAN_ID}-d`,
    };
    for (const propagator of [composite(w3c(), b3()), composite(b3(), w3c())]) {
      const context = extract(propagator, sent);
      const spanContext = trace.getSpanContext(context);
      expect(spanContext).toMatchObject({ traceId: W3C_ID, traceFlags: 3, isRemote: true });
      expect(spanContext?.traceState?.serialize()).toBe('foo=1');
      expect(context.getValue(REQUEST)).toBe('debug');
    }
  });

  it('believes a format that can say so that nobody has decided', () => {
    const undecided = `${W3C_ID}-${SPAN_ID}`;
    const requestFor = (flags: string) =>
      extract(composite(w3c(), b3()), {
        traceparent: `00-${W3C_ID}-${SPAN_ID}-${flags}`,
        b3: undecided,
      }).getValue(REQUEST);
    expect(requestFor('00')).toBe('defer');
    expect(requestFor('01')).toBeUndefined();
  });

  it('keeps the first span also against the propagators of others', () => {
    const jaeger = { ...carrier, 'uber-trace-id': `${B3_ID}:1:0:3`, 'uberctx-j': '2' };
    const context = extract(
      composite(w3c(), new JaegerPropagator(), new StockTraceContextPropagator(), baggage()),
      jaeger,
    );
    expect(traceIdOf(context)).toBe(W3C_ID);
    expect(context.getValue(REQUEST)).toBeUndefined();
    expect(propagation.getBaggage(context)?.getEntry('a')?.value).toBe('1');
  });

  it('finds a span anew although the context already held one', () => {
    const earlier = { traceId: B3_ID, spanId: SPAN_ID, traceFlags: 1 };
    const context = composite(w3c(), b3()).extract(
      trace.setSpanContext(TracingContext.ROOT, earlier),
      carrier,
      defaultTextMapGetter,
    );
    expect(traceIdOf(context)).toBe(W3C_ID);
  });

  it('rule 59: injects all', () => {
    const context = extract(composite(w3c(), baggage()), carrier);
    const sent = {};
    composite(w3c(), b3(), baggage(), new StockBaggagePropagator()).inject(
      context,
      sent,
      defaultTextMapSetter,
    );
    expect(sent).toEqual({
      traceparent: carrier.traceparent,
      b3: `${W3C_ID}-${SPAN_ID}-0`,
      baggage: 'a=1',
    });
  });

  it('lists each field once, in a list of its own', () => {
    const propagator = composite(w3c(), baggage(), new StockTraceContextPropagator());
    propagator.fields().push('mine');
    expect(propagator.fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
  });

  it('works with nothing in it', () => {
    expect(extract(composite(), carrier)).toBe(TracingContext.ROOT);
    expect(composite().fields()).toEqual([]);
  });

  it('rule 59: passes over one that throws, reports it once and counts it', () => {
    const said: string[] = [];
    const diagnostics = new Diagnostics({ warn: (message) => said.push(message) });
    const propagator = new CompositePropagator({
      propagators: [new FailingPropagator(), w3c()],
      diagnostics,
    });
    for (let i = 0; i < 3; i++) {
      const sent = {};
      const context = extract(propagator, carrier);
      propagator.inject(context, sent, defaultTextMapSetter);
      expect(sent).toEqual({ traceparent: carrier.traceparent });
    }
    expect(said).toEqual([
      'FailingPropagator could not extract: Error: extract failed',
      'FailingPropagator could not inject: Error: inject failed',
    ]);
    expect(Object.values(diagnostics.counts())).toEqual([3, 3]);
  });

  it('rule 59: passes over one that gives back no context', () => {
    const propagator = composite(new EmptyHandedPropagator(), w3c());
    expect(traceIdOf(extract(propagator, carrier))).toBe(W3C_ID);
  });

  it('rule 59: survives getters and setters that throw', () => {
    const propagator = composite(w3c(), b3(), baggage(), new JaegerPropagator({ injects: true }));
    const fail = (): never => {
      throw new Error('no');
    };
    const getter = { keys: fail, get: fail };
    expect(propagator.extract(TracingContext.ROOT, {}, getter)).toBe(TracingContext.ROOT);
    expect(() => propagator.inject(extract(w3c(), carrier), {}, { set: fail })).not.toThrow();
  });

  it.each([undefined, null, [null], [{}], ['tracecontext'], {}])(
    'refuses %j for propagators',
    (propagators) => {
      expect(() => new CompositePropagator({ propagators: propagators as never })).toThrow(
        /^CompositePropagator\.propagators(\[\d\])? must (be an array|have the methods inject)/,
      );
    },
  );
});

class FailingPropagator implements TextMapPropagator {
  inject(): void {
    throw new Error('inject failed');
  }

  extract(): Context {
    throw new Error('extract failed');
  }

  fields(): string[] {
    return ['failing'];
  }
}

class EmptyHandedPropagator implements TextMapPropagator {
  inject(): void {}

  extract(): Context {
    return undefined as unknown as Context;
  }

  fields(): string[] {
    return [];
  }
}
