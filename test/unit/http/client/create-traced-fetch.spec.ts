import { afterEach, describe, expect, it } from '@jest/globals';
import { withBaggage } from '../../../../lib/baggage/index.js';
import { configureHttpClient } from '../../../../lib/http/client/index.js';
import {
  createTracedFetch,
  type HttpClientOptions,
  type TracedFetchInit,
} from '../../../../lib/http/index.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

describe('createTracedFetch', () => {
  const { tracer, recorder, close } = createTestTracing();
  close();

  afterEach(() => recorder.verify());

  it('takes a tracer, a fetch and options', async () => {
    const calls: unknown[][] = [];
    const own = createTracedFetch({
      tracer,
      redactedQueryKeys: ['token'],
      fetch: async (...values) => {
        calls.push(values);
        return new Response(null, { status: 204 });
      },
    });
    await own('https://shop.example/?token=t', { method: 'DELETE' });
    const { attributes } = recorder.takeSpan('DELETE');
    expect(attributes).toMatchObject({
      'url.full': 'https://shop.example/?token=REDACTED',
      'server.port': 443,
    });
    expect(calls).toEqual([
      ['https://shop.example/?token=t', { method: 'DELETE', headers: expect.any(Headers) }],
    ]);
  });

  it('runs its fetch inside of the span', async () => {
    const own = createTracedFetch({
      tracer,
      fetch: async () => {
        tracer.startSpan('inside').end();
        return new Response();
      },
    });
    await own('http://[::1]:81/');
    expect(traceAsText(recorder.takeSpans(), { attributes: ['server.address'] })).toBe(
      'GET [client] server.address=::1\n  inside',
    );
  });

  it.each([
    ['undefined', undefined],
    ['an object', {}],
    ['a promise of nothing', Promise.resolve()],
  ])('hands on what a double of fetch returns: %s', async (_, result) => {
    const own = createTracedFetch({ tracer, fetch: (() => result) as never });
    expect(await own('http://shop.example')).toBe(await result);
    recorder.takeSpan();
  });

  it('lets a fetch throw at once', () => {
    const error = new Error('thrown, not rejected');
    const own = createTracedFetch({
      tracer,
      fetch: () => {
        throw error;
      },
    });
    expect(() => own('http://shop.example')).toThrow(error);
    expect(recorder.takeSpan().status.message).toBe('thrown, not rejected');
  });

  it('refuses options that cannot be used', () => {
    expect(() => createTracedFetch({ knownMethods: [] })).toThrow('http.client.knownMethods must');
  });
});

describe('the options of createTracedFetch', () => {
  const createTracing = tracingsOfTest();
  const URL_OF_ITEM = 'https://stock.example/items/7?full=1';
  const USERS = { 'x-tenant': 'blue' };

  function setUp(options: HttpClientOptions, sampler?: AlwaysOffSampler) {
    const tracing = createTracing({ sampler });
    const sent: unknown[][] = [];
    const fetch = async (...values: unknown[]): Promise<Response> => {
      sent.push(values);
      return new Response();
    };
    const own = createTracedFetch({ tracer: tracing.tracer, fetch, ...options });
    const ask = (init?: TracedFetchInit) =>
      withBaggage({ tenant: 'blue' }, () => own(URL_OF_ITEM, init));
    return { ...tracing, sent, ask };
  }

  it.each<[string, HttpClientOptions]>([
    ['an origin', { ignore: ['https://stock.example'] }],
    ['a URL', { ignore: ['https://stock.example/items/7'] }],
    ['a pattern', { ignore: [/^https:\/\/stock\.example\/items\//] }],
    ['a function', { ignore: [(url) => url.search === '?full=1'] }],
  ])('ignore a request by %s: no span, no context', async (_, options) => {
    const { ask, sent, recorder } = setUp(options);
    const init = { headers: USERS };
    await ask(init);
    // Nothing of it was touched.
    expect(sent[0]?.[1]).toBe(init);
    expect(recorder.spans).toEqual([]);
  });

  it('ignore nothing where a function throws, and report it', async () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const { ask, recorder, warnings } = setUp({ ignore: [fail] });
    await ask();
    recorder.takeSpan();
    expect(warnings).toEqual([
      'A function of http.client.ignore threw; it does not match: Error: broken',
    ]);
  });

  it('show a recorded request to the function of the user, which can change nothing of it', async () => {
    const requests: unknown[] = [];
    const onRequest: HttpClientOptions['onRequest'] = (span, request) => {
      const { method, url, headers, urlTemplate } = request;
      requests.push([method, url.href, Object.fromEntries(headers), urlTemplate]);
      span.setAttribute('seen', true);
      url.hostname = 'changed.example';
      headers.set('x-tenant', 'changed');
    };
    const propagateTo = ['stock.example'];
    const { ask, sent, recorder } = setUp({ onRequest, propagateTo });
    await ask({ method: 'PUT', headers: USERS, urlTemplate: '/items/{id}' });
    expect(requests).toEqual([['PUT', URL_OF_ITEM, USERS, '/items/{id}']]);
    expect(recorder.takeSpan().attributes.seen).toBe(true);
    const [input, { headers }] = sent[0] as [string, { headers: Headers }];
    expect([input, headers.get('x-tenant')]).toEqual([URL_OF_ITEM, 'blue']);
    expect(headers.has('traceparent')).toBe(true);

    await setUp({ onRequest }, new AlwaysOffSampler()).ask();
    expect(requests).toHaveLength(1);
  });

  it('send the request though the function of the user throws, and report it', async () => {
    const onRequest = (): never => {
      throw new Error('broken');
    };
    const { ask, recorder, warnings } = setUp({ onRequest });
    await ask();
    recorder.takeSpan();
    expect(warnings).toEqual(['http.client.onRequest threw: Error: broken']);
  });

  it.each<[string, HttpClientOptions]>([
    ['without options', {}],
    ['with options', { redactedQueryKeys: ['token'] }],
  ])('do nothing where the application traces no requests, %s', async (_, options) => {
    const { ask, sent, recorder, tracer } = setUp(options);
    configureHttpClient(tracer, false);
    const init = { headers: USERS };
    await ask(init);
    expect(sent[0]?.[1]).toBe(init);
    expect(recorder.spans).toEqual([]);
  });
});
