import { describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { suppressTracing } from '@opentelemetry/core';
import { withBaggage } from '../../../../lib/baggage/index.js';
import {
  contextStorage,
  TracingContext,
  withDescribedRequests,
} from '../../../../lib/context/index.js';
import { FlatHeaders } from '../../../../lib/http/client/flat-headers.js';
import type { HttpClientOperation } from '../../../../lib/http/client/http-client-operation.js';
import { beginOnWire } from '../../../../lib/http/client/wire-request.js';
import { createTracedFetch, type HttpClientOptions } from '../../../../lib/http/index.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { serversOfTest } from '../../../support/loopback-server.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const startServer = serversOfTest();
const STOCK = 'http://stock.example/items/7?token=t';

interface Sent {
  readonly operation: HttpClientOperation | undefined;
  readonly names: readonly string[];
  readonly get: (name: string) => unknown;
}

function send(url = STOCK, given: string[] = [], raw = {}): Sent {
  const method = 'GET';
  const headers = new FlatHeaders([...given]);
  const operation = beginOnWire(raw, () => ({ method, url: new URL(url), headers }));
  return { operation, names: [...headers.keys()], get: (name) => headers.get(name) };
}

const traced = (client: HttpClientOptions | boolean, enabled = true) =>
  createTracing({ http: { client }, enabled });

describe('beginOnWire', () => {
  it('does nothing without an application', () => {
    expect(send()).toMatchObject({ operation: undefined, names: [] });
  });

  it('takes a request for the application whose span is active', () => {
    const [first, second] = [traced({ requireParent: false }), traced({ requireParent: false })];
    second.tracer.trace('work', () => send().operation?.finish());
    expect(second.recorder.takeSpans().map(({ name }) => name)).toEqual(['GET', 'work']);
    expect(first.recorder.spans).toEqual([]);
  });

  it('takes a request outside of any span for the application that was started first', () => {
    const off = traced({ requireParent: false }, false);
    const [first, second] = [traced({ requireParent: false }), traced({ requireParent: false })];
    send().operation?.finish();
    expect(first.recorder.takeSpan().parentSpanContext).toBeUndefined();
    expect([...second.recorder.spans, ...off.recorder.spans]).toEqual([]);
  });

  it('asks only this application whether such requests are traced', () => {
    traced({ requireParent: true });
    const second = traced({ requireParent: false });
    expect(send().operation).toBeUndefined();
    expect(second.recorder.spans).toEqual([]);
  });

  it('leaves a request alone that another copy of the library sends inside an operation', () => {
    const { tracer, recorder } = traced({ requireParent: false });
    const raw = {};
    tracer.trace('work', () => send(STOCK, [], raw).operation?.finish());
    const elsewhere = send(STOCK, ['traceparent', 'of the other copy'], raw);
    expect(elsewhere.operation).toBeUndefined();
    expect(elsewhere.get('traceparent')).toBe('of the other copy');
    recorder.takeSpans();
  });

  it('replaces the context that another copy has sent outside of any operation', () => {
    const { tracer, recorder } = traced({ requireParent: false });
    const raw = {};
    send(STOCK, [], raw).operation?.finish();
    const { operation, get } = tracer.trace('work', () => send(STOCK, ['traceparent', 'x'], raw));
    operation?.finish();
    expect(get('traceparent')).toContain(operation?.span.spanContext().spanId);
    recorder.takeSpans();
  });

  it('does not trace what another SDK sends suppressed, with a context manager of its own', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { recorder } = traced({ requireParent: false });
    expect(context.with(suppressTracing(ROOT_CONTEXT), () => send().operation)).toBeUndefined();
    send().operation?.finish();
    context.disable();
    recorder.takeSpan();
  });

  it('takes a span of another library for a parent', () => {
    const { recorder } = traced({ requireParent: true });
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const caller = TracingContext.ROOT.withSpan(trace.wrapSpanContext(remote));
    contextStorage.run(caller, () => send().operation?.finish());
    expect(recorder.takeSpan().parentSpanContext).toEqual(remote);
  });

  it.each<[string, HttpClientOptions | boolean]>([
    ['client: false', false],
    ['ignore', { ignore: ['stock.example'] }],
  ])('leaves a request and its headers alone with %s', (_, client) => {
    const { tracer, recorder } = traced(client);
    const copied = ['traceparent', 'of the user'];
    const { operation, get } = tracer.trace('work', () => send(STOCK, copied));
    expect([operation, get('traceparent')]).toEqual([undefined, 'of the user']);
    recorder.takeSpan('work');
  });

  it('sends on that a trace is not sampled', () => {
    const { tracer } = createTracing({ sampler: new AlwaysOffSampler() });
    const { operation, get } = tracer.trace('work', () => send());
    expect(operation).toBeUndefined();
    expect(get('traceparent')).toMatch(/-00$/);
  });

  it('passes contexts on in an application that is switched off', () => {
    traced(true, false);
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const caller = TracingContext.ROOT.withSpan(trace.wrapSpanContext(remote));
    const { operation, get } = contextStorage.run(caller, () => send());
    expect(operation).toBeUndefined();
    // Its own tracer is the running one only if no other is.
    expect([undefined, `00-${remote.traceId}-${remote.spanId}-01`]).toContain(get('traceparent'));
  });

  it.each<[string, HttpClientOptions, string[]]>([
    [
      'all to receivers on the list',
      { propagateTo: ['stock.example'] },
      ['traceparent', 'baggage'],
    ],
    ['nothing to others', { propagateTo: ['shop.example'] }, []],
    ['no baggage to others', { propagateBaggageTo: ['shop.example'] }, ['traceparent']],
  ])('sends %s, and of a copied context nothing', (_, client, names) => {
    const { tracer, recorder } = traced(client);
    const copied = ['Traceparent', 'x', 'tracestate', 'stranger=1', 'Baggage', 'stranger=1'];
    const sent = tracer.trace('work', () =>
      withBaggage({ tenant: 'blue' }, () => send(STOCK, copied)),
    );
    sent.operation?.finish();
    expect(sent.names).toEqual(names);
    if (names.includes('baggage')) expect(sent.get('baggage')).toBe('tenant=blue');
    recorder.takeSpans();
  });

  it('reports what it cannot read, and lets the request pass', () => {
    const { tracer, recorder, warnings } = traced(true);
    const operation = tracer.trace('work', () =>
      beginOnWire({}, () => {
        throw new Error('broken');
      }),
    );
    expect(operation).toBeUndefined();
    expect(warnings).toEqual([
      'An HTTP request could not be traced. It is sent unchanged: Error: broken',
    ]);
    recorder.takeSpan('work');
  });

  it('traces a request whose headers cannot be changed any more, and reports it', () => {
    const { tracer, recorder, warnings } = traced(true);
    const headers = new FlatHeaders([]);
    headers.delete = () => {
      throw new Error('already sent');
    };
    const url = new URL(STOCK);
    tracer.trace('work', () => beginOnWire({}, () => ({ method: 'GET', url, headers }))?.finish());
    expect(recorder.takeSpans().map(({ name }) => name)).toEqual(['GET', 'work']);
    expect(warnings).toEqual([
      'The context could not be sent with an HTTP request: Error: already sent',
    ]);
  });

  it('keeps the receivers of a createTracedFetch also on the redirects of fetch', async () => {
    const target = await startServer();
    const source = await startServer((_, response) => {
      response.writeHead(302, { location: target.url }).end();
    });
    const { tracer, recorder } = traced(true);
    const own = createTracedFetch({ propagateTo: [source.url], captureResponseHeaders: ['date'] });
    await tracer.trace('work', async () => (await own(source.url, { redirect: 'follow' })).text());
    const [first, second, work] = await recorder.takeNextSpans(3);
    expect(source.requests[0]?.headers.traceparent).toBeDefined();
    expect(target.requests[0]?.headers.traceparent).toBeUndefined();
    expect(second?.attributes['http.request.resend_count']).toBe(1);
    expect(second?.attributes).toHaveProperty(['http.response.header.date']);
    for (const span of [first, second]) {
      expect(span?.parentSpanContext?.spanId).toBe(work?.spanContext().spanId);
    }
  });

  it('traces a request of a double of fetch to another server as a child of the call', async () => {
    const auth = await startServer();
    const { recorder } = traced(true);
    const own = createTracedFetch({
      fetch: async () => {
        await (await fetch(`${auth.url}/token`)).text();
        return new Response();
      },
    });
    await own(STOCK);
    const [inner, call] = await recorder.takeNextSpans(2);
    expect(call?.attributes['url.full']).toBe('http://stock.example/items/7?token=REDACTED');
    expect(inner?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
  });

  it('sends the context of a span that describes the request, without a span of its own', () => {
    const { tracer, recorder } = traced(true);
    const { operation, get, id } = tracer.trace('query', (span) =>
      contextStorage.run(
        withDescribedRequests(contextStorage.active(), { isUnderWay: true }),
        () => ({
          ...send(STOCK, ['traceparent', 'copied']),
          id: span.spanContext().spanId,
        }),
      ),
    );
    expect(operation).toBeUndefined();
    expect(get('traceparent')).toContain(id);
    expect(recorder.takeSpan().name).toBe('query');
  });
});
