import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { propagation } from '@opentelemetry/api';
import {
  HttpServerHandler,
  type HttpServerOptions,
  type IncomingContext,
} from '../../../../lib/http/index.js';
import { IncomingContextReader } from '../../../../lib/http/server/incoming-context.js';
import {
  B3Propagator,
  CompositePropagator,
  W3CBaggagePropagator,
} from '../../../../lib/propagation/index.js';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
} from '../../../../lib/sampling/index.js';
import type { TestTracing } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { answer, createExchange } from './exchange.js';

const TRACE_ID = 'a'.repeat(32);
const CALLER = {
  traceparent: `00-${TRACE_ID}-${'b'.repeat(16)}-01`,
  tracestate: 'foo=1',
  baggage: 'tenant=acme;kept,secret=x',
};
const UNSAMPLED_CALLER = { ...CALLER, traceparent: CALLER.traceparent.replace(/01$/, '00') };

const createTracing = tracingsOfTest();

function read(options: HttpServerOptions, headers: Record<string, string> = CALLER) {
  const { tracer, warnings } = createTracing();
  const { request } = createExchange({ headers });
  const { context, links } = new IncomingContextReader(tracer, options).read(request);
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
  it.each<[string, HttpServerOptions]>([
    ['by default', {}],
    ["for 'continue'", { incomingContext: 'continue' }],
    ['whatever keys are believed of strangers', { incomingBaggageKeys: ['tenant'] }],
  ])('takes in everything %s', (_, options) => {
    expect(read(options)).toEqual(CONTINUED);
  });

  it("takes in nothing but a link for 'link'", () => {
    expect(read({ incomingContext: 'link' })).toEqual({ ...IGNORED, links: [TRACE_ID] });
  });

  it("takes in nothing for 'ignore'", () => {
    expect(read({ incomingContext: 'ignore' })).toEqual(IGNORED);
  });

  it.each(['link', 'ignore'] as const)('believes named baggage for %s', (incomingContext) => {
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
    const incomingContext = ({ headers }: IncomingMessage) =>
      headers['x-internal'] === 'yes' ? 'continue' : 'ignore';
    expect(read({ incomingContext }, { ...CALLER, 'x-internal': 'yes' })).toEqual(CONTINUED);
    expect(read({ incomingContext })).toEqual(IGNORED);
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
      "http.server.incomingContext threw; the caller's context is ignored: Error: broken",
    ],
    [
      'answers something else',
      () => true,
      "http.server.incomingContext answered neither 'continue' nor 'link' nor 'ignore'; the caller's context is ignored",
    ],
  ])('ignores the context where a function %s', (_, incomingContext, warning) => {
    expect(read({ incomingContext: incomingContext as never })).toEqual({
      ...IGNORED,
      warnings: [warning],
    });
  });

  it.each<[HttpServerOptions, string]>([
    [{ incomingContext: 'follow' as never }, 'http.server.incomingContext must be'],
    [{ incomingContext: true as never }, 'http.server.incomingContext must be'],
    [{ incomingBaggageKeys: 'tenant' as never }, 'http.server.incomingBaggageKeys must be'],
    [{ incomingBaggageKeys: [''] }, 'http.server.incomingBaggageKeys must be'],
  ])('refuses %j', (options, message) => {
    const { tracer } = createTracing();
    expect(() => new HttpServerHandler(tracer, options)).toThrow(message);
  });
});

describe('HttpServerHandler with callers that are strangers', () => {
  let tracing: TestTracing;

  afterEach(() => tracing.recorder.verify());

  function serve(incomingContext: IncomingContext, headers: Record<string, string>): void {
    const exchange = createExchange({ headers });
    const handler = new HttpServerHandler(tracing.tracer, { incomingContext });
    handler.run(exchange.request, exchange.response, () => {});
    answer(exchange, 200);
  }

  it.each(['link', 'ignore'] as const)('begins a trace of its own for %s', (way) => {
    tracing = createTracing();
    serve(way, CALLER);
    const span = tracing.recorder.takeSpan();
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.spanContext().traceId).not.toBe(TRACE_ID);
    expect(span.spanContext().traceState?.get('foo')).toBeUndefined();
    const linked = span.links.map(({ context }) => [
      context.traceId,
      context.traceState?.get('foo'),
    ]);
    expect(linked).toEqual(way === 'link' ? [[TRACE_ID, '1']] : []);
  });

  it.each(['link', 'ignore'] as const)('samples as a root for %s', (way) => {
    const noParents = { remoteParentSampled: new AlwaysOffSampler() };
    tracing = createTracing({
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler(), ...noParents }),
    });
    serve(way, CALLER);
    serve(way, UNSAMPLED_CALLER);
    expect(tracing.recorder.takeSpans()).toHaveLength(2);

    tracing = createTracing({ sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) });
    serve(way, CALLER);
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
    for (const headers of debugging) serve(way, headers);
    expect(tracing.recorder.spans).toEqual([]);
    for (const headers of debugging) serve('continue', headers);
    expect(tracing.recorder.takeSpans()).toHaveLength(2);
  });
});
