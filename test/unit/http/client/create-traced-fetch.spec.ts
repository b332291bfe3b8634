import { afterEach, describe, expect, it } from '@jest/globals';
import { createTracedFetch } from '../../../../lib/http/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

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
