import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ClientRequestInterceptor } from '@mswjs/interceptors/ClientRequest';
import axios from 'axios';
import nock from 'nock';
import { tracedFetch } from '../../../lib/http/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const ATTRIBUTES = { attributes: ['http.response.status_code', 'url.full', 'error.type'] };

afterEach(() => {
  nock.cleanAll();
  nock.restore();
  jest.restoreAllMocks();
});

describe('requests that nock answers', () => {
  it('of axios have a span and carry the context', async () => {
    if (!nock.isActive()) nock.activate();
    const headers: unknown[] = [];
    nock('http://stock.example')
      .get('/items')
      .reply(function () {
        headers.push(this.req.headers.traceparent);
        return [503, 'down'];
      });
    const { tracer, recorder } = createTracing();
    const { status } = await tracer.trace('outside', () =>
      axios.get('http://stock.example/items', { validateStatus: () => true }),
    );
    expect(status).toBe(503);
    const spans = await recorder.takeNextSpans(2);
    expect(traceAsText(spans, ATTRIBUTES)).toBe(
      'outside\n' +
        '  GET [client] error.type="503" http.response.status_code=503 url.full=http://stock.example/items ERROR',
    );
    expect(String(headers[0])).toContain(spans[0]?.spanContext().spanId);
  });

  it('that fail are errors', async () => {
    if (!nock.isActive()) nock.activate();
    nock('http://stock.example').get('/items').replyWithError('broken');
    const { tracer, recorder } = createTracing();
    const asked = tracer.trace('outside', () => axios.get('http://stock.example/items'));
    await expect(asked).rejects.toThrow('broken');
    const spans = await recorder.takeNextSpans(2);
    expect(spans[0]?.status.message).toBe('broken');
  });
});

describe('requests that the engine of msw answers', () => {
  it('have a span and carry the context', async () => {
    const interceptor = new ClientRequestInterceptor();
    const headers: unknown[] = [];
    interceptor.on('request', ({ request, controller }) => {
      headers.push(request.headers.get('traceparent'));
      controller.respondWith(new Response('mocked', { status: 404 }));
    });
    interceptor.apply();
    const { tracer, recorder } = createTracing();
    const { data } = await tracer.trace('outside', () =>
      axios.get('http://stock.example/items', { validateStatus: () => true }),
    );
    interceptor.dispose();
    expect(data).toBe('mocked');
    const spans = await recorder.takeNextSpans(2);
    expect(spans[0]?.attributes['http.response.status_code']).toBe(404);
    expect(String(headers[0])).toContain(spans[0]?.spanContext().spanId);
  });
});

describe('a double of fetch', () => {
  it('is left alone, and traced by tracedFetch', async () => {
    const double = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('mocked'));
    const { tracer, recorder } = createTracing();
    await tracer.trace('outside', async () => {
      expect(await (await fetch('http://stock.example/')).text()).toBe('mocked');
      expect(await (await tracedFetch('http://stock.example/')).status).toBe(200);
    });
    expect(double).toHaveBeenCalledTimes(2);
    expect(recorder.takeSpans().map(({ name }) => name)).toEqual(['GET', 'outside']);
  });
});

describe('secrets in URLs', () => {
  it.each<[string, string, (url: string) => Promise<unknown>]>([
    ['a password, by fetch', 'http://user:SECRET@127.0.0.1/', (url) => fetch(url)],
    ['a password, by tracedFetch', 'http://user:SECRET@127.0.0.1/', (url) => tracedFetch(url)],
    ['an invalid URL, by fetch', 'http://[bad?token=SECRET', (url) => fetch(url)],
    ['an invalid URL, by tracedFetch', 'http://[bad?token=SECRET', (url) => tracedFetch(url)],
    [
      'a password of axios',
      'http://user:SECRET@127.0.0.1:1/?api_key=SECRET',
      (url) => axios.get(url),
    ],
  ])('are in no span: %s', async (_, url, send) => {
    const { tracer, recorder } = createTracing();
    await expect(tracer.trace('outside', () => send(url))).rejects.toBeDefined();
    const spans = recorder.takeSpans();
    expect(spans.length).toBeGreaterThan(0);
    const shown = spans.map(({ name, status, attributes, events }) => ({
      name,
      status,
      attributes,
      events: events.map((event) => event.attributes),
    }));
    expect(JSON.stringify(shown)).not.toContain('SECRET');
  });
});
