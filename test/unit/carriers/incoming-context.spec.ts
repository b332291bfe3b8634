import type { IncomingMessage } from 'node:http';
import { Metadata } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { propagation } from '@opentelemetry/api';
import {
  carrierIn,
  type IncomingContext,
  type IncomingContextOptions,
  IncomingContextReader,
  linksTo,
} from '../../../lib/carriers/incoming-context.js';
import type { LocalTracer } from '../../../lib/context/index.js';
import type { GrpcCallInfo } from '../../../lib/grpc/grpc-call-info.js';
import { GrpcServerHandler } from '../../../lib/grpc/server/index.js';
import { HttpServerHandler } from '../../../lib/http/index.js';
import {
  B3Propagator,
  CompositePropagator,
  W3CBaggagePropagator,
  XRayPropagator,
} from '../../../lib/propagation/index.js';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
} from '../../../lib/sampling/index.js';
import type { TestTracing } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';
import { incomingCall } from '../grpc/server/incoming-call.js';
import { answer, createExchange } from '../http/server/exchange.js';

type Fields = Record<string, string>;
type Options = IncomingContextOptions<Fields>;

const TRACE_ID = 'a'.repeat(32);
const CALLER = {
  traceparent: `00-${TRACE_ID}-${'b'.repeat(16)}-01`,
  tracestate: 'foo=1',
  baggage: 'tenant=acme;kept,secret=x',
};
const UNSAMPLED_CALLER = { ...CALLER, traceparent: CALLER.traceparent.replace(/01$/, '00') };

const createTracing = tracingsOfTest();

const PLAN = {
  options: 'post.server',
  noun: 'letter',
  getter: {
    get: (fields: Fields, name: string) => fields[name],
    keys: (fields: Fields) => Object.keys(fields),
  },
};

function createReader(options: Options, tracer: LocalTracer) {
  return new IncomingContextReader<Fields, Fields>(tracer, PLAN, options);
}

function read(options: Options, fields: Fields = CALLER) {
  const { tracer, warnings } = createTracing();
  const { context, links } = createReader(options, tracer).read(fields, fields);
  const baggage = propagation.getBaggage(context)?.getAllEntries() ?? [];
  return {
    traceId: context.span?.spanContext().traceId,
    links: links?.map((link) => link.context.traceId),
    baggage: baggage.map(([key, { value, metadata }]) => [key, value, metadata?.toString()]),
    warnings,
  };
}

const CONTINUED = {
  traceId: TRACE_ID,
  links: undefined,
  baggage: [
    ['tenant', 'acme', 'kept'],
    ['secret', 'x', undefined],
  ],
  warnings: [],
};
const IGNORED = { traceId: undefined, links: undefined, baggage: [], warnings: [] };

describe('IncomingContextReader', () => {
  it.each<[string, Options]>([
    ['by default', {}],
    ["for 'continue'", { incomingContext: 'continue' }],
    ['also with incomingBaggageKeys', { incomingBaggageKeys: ['tenant'] }],
  ])('takes in everything %s', (_, options) => {
    expect(read(options)).toEqual(CONTINUED);
  });

  it("takes in everything for 'resample'", () => {
    expect(read({ incomingContext: 'resample' })).toEqual(CONTINUED);
  });

  it("takes in nothing but a link for 'link'", () => {
    expect(read({ incomingContext: 'link' })).toEqual({ ...IGNORED, links: [TRACE_ID] });
  });

  it("takes in nothing for 'ignore'", () => {
    expect(read({ incomingContext: 'ignore' })).toEqual(IGNORED);
  });

  it.each(['link', 'ignore'] as const)('accepts named baggage for %s', (incomingContext) => {
    const { baggage } = read({ incomingContext, incomingBaggageKeys: ['tenant', 'absent'] });
    expect(baggage).toEqual([['tenant', 'acme', 'kept']]);
  });

  it.each(['continue', 'link', 'ignore'] as const)(
    'makes nothing of a request that brings nothing for %s',
    (incomingContext) => {
      const options = { incomingContext, incomingBaggageKeys: ['tenant'] };
      expect(read(options, {})).toEqual(IGNORED);
    },
  );

  it('lets a function decide for each request', () => {
    const incomingContext = (fields: Fields) => (fields.inside === 'yes' ? 'continue' : 'ignore');
    expect(read({ incomingContext }, { ...CALLER, inside: 'yes' })).toEqual(CONTINUED);
    expect(read({ incomingContext })).toEqual(IGNORED);
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
      "post.server.incomingContext threw; the caller's context is ignored: Error: broken",
    ],
    [
      'returns something else',
      () => true,
      "post.server.incomingContext must return 'continue', 'link', 'ignore' or 'resample', but returned another value. The caller's context is ignored",
    ],
  ])('ignores the context where a function %s', (_, incomingContext, warning) => {
    expect(read({ incomingContext: incomingContext as never })).toEqual({
      ...IGNORED,
      warnings: [warning],
    });
  });

  it.each<[Options, string]>([
    [
      { incomingContext: 'follow' as never },
      "post.server.incomingContext must be 'continue', 'link', 'ignore', 'resample' or a function of the letter",
    ],
    [{ incomingContext: true as never }, 'post.server.incomingContext must be'],
    [{ incomingBaggageKeys: 'tenant' as never }, 'post.server.incomingBaggageKeys must be'],
    [{ incomingBaggageKeys: [''] }, 'post.server.incomingBaggageKeys must be'],
  ])('refuses %j', (options, message) => {
    expect(() => createReader(options, createTracing().tracer)).toThrow(message);
  });
});

/** How each kind of server serves one request with the given fields. */
const SERVERS = {
  HttpServerHandler(tracer: LocalTracer, options: IncomingContextOptions<unknown>, fields: Fields) {
    const exchange = createExchange({ headers: fields });
    const handler = new HttpServerHandler(tracer, options);
    handler.run(exchange.request, exchange.response, () => {});
    answer(exchange, 200);
  },
  GrpcServerHandler(tracer: LocalTracer, options: IncomingContextOptions<unknown>, fields: Fields) {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(fields)) metadata.set(key, value);
    new GrpcServerHandler(tracer, options).begin(incomingCall({ metadata }))?.finish();
  },
};

describe.each(Object.entries(SERVERS))('%s with callers that are strangers', (name, serveWith) => {
  let tracing: TestTracing;

  afterEach(() => tracing.recorder.verify());

  function serve(incomingContext: IncomingContext, fields: Fields): void {
    serveWith(tracing.tracer, { incomingContext }, fields);
  }

  it.each(['link', 'ignore'] as const)('begins a trace of its own for %s', (decision) => {
    tracing = createTracing();
    serve(decision, CALLER);
    const span = tracing.recorder.takeSpan();
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.spanContext().traceId).not.toBe(TRACE_ID);
    expect(span.spanContext().traceState?.get('foo')).toBeUndefined();
    const linked = span.links.map(({ context }) => [
      context.traceId,
      context.traceState?.get('foo'),
    ]);
    expect(linked).toEqual(decision === 'link' ? [[TRACE_ID, '1']] : []);
  });

  it.each(['link', 'ignore'] as const)('samples as a root for %s', (decision) => {
    const noParents = { remoteParentSampled: new AlwaysOffSampler() };
    tracing = createTracing({
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler(), ...noParents }),
    });
    serve(decision, CALLER);
    serve(decision, UNSAMPLED_CALLER);
    expect(tracing.recorder.takeSpans()).toHaveLength(2);

    tracing = createTracing({ sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) });
    serve(decision, CALLER);
    expect(tracing.recorder.spans).toEqual([]);
  });

  it.each(['link', 'ignore'] as const)('does not debug because a stranger asks, for %s', (way) => {
    tracing = createTracing({
      sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
      propagator: new CompositePropagator({
        propagators: [new B3Propagator(), new W3CBaggagePropagator()],
      }),
    });
    const debugging = [{ b3: `${TRACE_ID}-${'b'.repeat(16)}-d` }, { b3: 'd' }];
    for (const fields of debugging) serve(way, fields);
    expect(tracing.recorder.spans).toEqual([]);
    for (const fields of debugging) serve('continue', fields);
    expect(tracing.recorder.takeSpans()).toHaveLength(2);
  });

  it('decides itself about a continued trace for resample', () => {
    tracing = createTracing();
    const traceState = 'ot=th:8;x:1,foo=1';
    serve('resample', { ...UNSAMPLED_CALLER, tracestate: traceState });
    const span = tracing.recorder.takeSpan();
    expect(span.parentSpanContext?.traceId).toBe(TRACE_ID);
    // The threshold of the caller says nothing about this decision.
    expect(span.spanContext().traceState?.serialize()).toBe('ot=x:1,foo=1');

    tracing = createTracing({ sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) });
    serve('resample', CALLER);
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('does not follow a caller who wants to debug, or has no ids, for resample', () => {
    tracing = createTracing({
      sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
      propagator: new CompositePropagator({
        propagators: [new B3Propagator(), new XRayPropagator()],
      }),
    });
    const root = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
    const forcing: Fields[] = [
      { b3: `${TRACE_ID}-${'b'.repeat(16)}-d` },
      { b3: 'd' },
      { b3: '1' },
      { 'x-amzn-trace-id': root },
    ];
    for (const fields of forcing) serve('resample', fields);
    expect(tracing.recorder.spans).toEqual([]);
    for (const fields of forcing) serve('continue', fields);
    expect(tracing.recorder.takeSpans()).toHaveLength(4);
  });

  it('says which option cannot be used', () => {
    tracing = createTracing();
    const options = name === 'HttpServerHandler' ? 'http.server' : 'grpc.server';
    const noun = name === 'HttpServerHandler' ? 'request' : 'call';
    expect(() => serve('trust' as never, {})).toThrow(
      `${options}.incomingContext must be 'continue', 'link', 'ignore', 'resample' or a function of the ${noun}`,
    );
  });

  it('lets a function see the request', () => {
    tracing = createTracing();
    const incomingContext = (request: unknown): IncomingContext => {
      const { headers } = request as Partial<IncomingMessage>;
      const { metadata } = request as Partial<GrpcCallInfo>;
      const mesh = headers?.['x-mesh'] ?? metadata?.get('x-mesh')[0];
      return mesh === 'inside' ? 'continue' : 'ignore';
    };
    const parents = [{ ...CALLER, 'x-mesh': 'inside' }, CALLER].map((fields) => {
      serveWith(tracing.tracer, { incomingContext }, fields);
      return tracing.recorder.takeSpan().parentSpanContext?.traceId;
    });
    expect(parents).toEqual([TRACE_ID, undefined]);
  });
});

describe('linksTo', () => {
  it('copies the ids, so that nothing of the span stays reachable', () => {
    const context = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      span: {},
    };
    const [link] = linksTo(context) ?? [];
    expect(link?.context).toEqual({
      traceId: context.traceId,
      spanId: context.spanId,
      traceFlags: 1,
      traceState: undefined,
    });
  });

  it('makes no link without a valid span', () => {
    expect(linksTo(undefined)).toBeUndefined();
    expect(
      linksTo({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 }),
    ).toBeUndefined();
  });
});

describe('carrierIn', () => {
  it('returns an object in an own field, and nothing else', () => {
    const carrier = { traceparent: '00' };
    expect(carrierIn({ trace: carrier }, 'trace')).toBe(carrier);
    for (const data of [null, 7, 'trace', {}, { trace: null }, { trace: 'text' }]) {
      expect(carrierIn(data, 'trace')).toBeUndefined();
    }
    expect(carrierIn({}, '__proto__')).toBeUndefined();
  });
});
