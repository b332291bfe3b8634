import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { configureHttpClient } from '../../../../lib/http/client/index.js';
import { type TracedFetch, type TracedFetchInit, tracedFetch } from '../../../../lib/http/index.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let url: string;
let received: Received[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    // May arrive after the test that has given it up.
    if (request.url === '/never') return;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ method: request.method, headers: request.headers, body });
    const status = Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 200);
    response.writeHead(status, { 'x-answer': 'yes' }).end('body');
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('tracedFetch', () => {
  let tracing: ReturnType<typeof createTestTracing>;
  const start = (options?: Parameters<typeof createTestTracing>[0]): void => {
    tracing = createTestTracing(options);
  };

  afterEach(() => {
    tracing?.close();
    tracing?.recorder.verify();
    received = [];
  });

  const textOfSpan = (attributes = ['error.type', 'http.response.status_code']): string =>
    traceAsText([tracing.recorder.takeSpan()], { attributes, events: true });

  it.each([
    [200, 'GET [client] http.response.status_code=200'],
    [304, 'GET [client] http.response.status_code=304'],
    [404, 'GET [client] error.type="404" http.response.status_code=404 ERROR'],
    [503, 'GET [client] error.type="503" http.response.status_code=503 ERROR'],
  ])('says how an answer of %d went', async (status, text) => {
    start();
    const response = await tracedFetch(`${url}/${status}`);
    expect(response.status).toBe(status);
    expect(textOfSpan()).toBe(text);
  });

  it('says all it knows of a request', async () => {
    start();
    await tracedFetch(`${url}/orders/42?sig=x&full=1`, {
      method: 'PURGE',
      urlTemplate: '/orders/{id}',
    });
    const { name, attributes } = tracing.recorder.takeSpan();
    expect(name).toBe('HTTP /orders/{id}');
    expect(attributes).toEqual({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PURGE',
      'http.response.status_code': 200,
      'network.peer.address': '127.0.0.1',
      'network.peer.port': Number(new URL(url).port),
      'network.protocol.version': '1.1',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(url).port),
      'url.full': `${url}/orders/42?sig=REDACTED&full=1`,
      'url.template': '/orders/{id}',
    });
  });

  it('has one span for a URL with a fragment', async () => {
    start();
    await tracedFetch(`${url}/a#`);
    expect(tracing.recorder.takeSpans().map(({ name }) => name)).toEqual(['GET']);
  });

  it('sends its own span as the parent', async () => {
    start();
    await tracing.tracer.trace('outside', () => tracedFetch(url));
    const [client, outside] = tracing.recorder.takeSpans();
    expect(client?.parentSpanContext?.spanId).toBe(outside?.spanContext().spanId);
    const { traceId, spanId } = client?.spanContext() ?? {};
    expect(received[0]?.headers.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  });

  it.each<[string, (url: string) => Parameters<TracedFetch>]>([
    ['a string', (text) => [text]],
    ['a URL', (text) => [new URL(text)]],
    ['a Request', (text) => [new Request(text)]],
    ['null as init', (text) => [text, null as never]],
    ['an init without a prototype', (text) => [text, Object.create(null)]],
    ['a Request as init', (text) => [text, new Request(text)]],
  ])('takes %s', async (_, argumentsOf) => {
    start();
    expect(await (await tracedFetch(...argumentsOf(url))).text()).toBe('body');
    tracing.recorder.takeSpan();
    expect(received[0]?.headers.traceparent).toMatch(/^00-/);
  });

  it.each<[string, (headers: Record<string, string>) => TracedFetchInit]>([
    ['an object', (headers) => ({ headers })],
    ['a list', (headers) => ({ headers: Object.entries(headers) as [string, string][] })],
    ['Headers', (headers) => ({ headers: new Headers(headers) })],
  ])('sends the headers of the user beside its own and changes none: %s', async (_, initOf) => {
    start();
    const headers = { 'x-tenant': 'one' };
    const init = Object.freeze(initOf(headers));
    await tracedFetch(url, init);
    tracing.recorder.takeSpan();
    expect(received[0]?.headers).toMatchObject({
      'x-tenant': 'one',
      traceparent: expect.any(String),
    });
    expect(Object.fromEntries(new Headers(init.headers))).toEqual({ 'x-tenant': 'one' });
  });

  it('sends method, headers and body of a Request, and lets init win', async () => {
    start();
    const request = (): Request =>
      new Request(url, { method: 'POST', body: 'text', headers: { 'x-tenant': 'one' } });
    await tracedFetch(request());
    await tracedFetch(request(), { method: 'PUT', headers: { 'x-other': 'two' } });
    expect(tracing.recorder.takeSpans().map(({ name }) => name)).toEqual(['POST', 'PUT']);
    expect(received.map(({ method, body }) => [method, body])).toEqual([
      ['POST', 'text'],
      ['PUT', 'text'],
    ]);
    expect(received[0]?.headers['x-tenant']).toBe('one');
    expect([received[1]?.headers['x-tenant'], received[1]?.headers['x-other']]).toEqual([
      undefined,
      'two',
    ]);
  });

  it('says why no connection came about, and rejects as fetch does', async () => {
    start();
    const unused = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => unused.once('listening', resolve));
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    const error: unknown = await tracedFetch(`http://127.0.0.1:${port}`).catch((thrown) => thrown);
    expect((error as { cause: { code: string } }).cause.code).toBe('ECONNREFUSED');
    expect(textOfSpan()).toBe(
      `GET [client] error.type=ECONNREFUSED ERROR "connect ECONNREFUSED 127.0.0.1:${port}" exception Error`,
    );
  });

  it.each([
    ['without a reason', undefined],
    ['with a reason of its own', new Error('no longer needed')],
  ])('takes a request that its caller cancelled %s for no error', async (_, reason) => {
    start();
    const controller = new AbortController();
    const pending = tracedFetch(`${url}/never`, { signal: controller.signal });
    controller.abort(reason);
    await expect(pending).rejects.toBe(controller.signal.reason);
    expect(textOfSpan()).toBe('GET [client] (event "request aborted")');
  });

  it('takes the signal of a Request', async () => {
    start();
    const controller = new AbortController();
    controller.abort();
    const request = new Request(url, { signal: controller.signal });
    await expect(tracedFetch(request)).rejects.toMatchObject({ name: 'AbortError' });
    expect(textOfSpan()).toBe('GET [client] (event "request aborted")');
  });

  it('takes a timeout for an error', async () => {
    start();
    const pending = tracedFetch(`${url}/never`, { signal: AbortSignal.timeout(1) });
    await expect(pending).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(textOfSpan()).toMatch(/^GET \[client] error.type=TimeoutError ERROR ".*" exception /);
  });

  it.each([
    ['what is no URL', 'no url'],
    ['a URL with a password', 'http://user:word@127.0.0.1/'],
  ])('rejects %s in the words of fetch', async (_, input) => {
    start();
    const expected: unknown = await fetch(input).catch((error) => error);
    await expect(tracedFetch(input)).rejects.toThrow((expected as Error).message);
    const texts = tracing.recorder.takeSpans().map(({ attributes }) => attributes['url.full']);
    expect(texts).toEqual(input.includes('@') ? ['http://REDACTED:REDACTED@127.0.0.1/'] : []);
  });

  it('rejects headers that are none in the words of fetch', async () => {
    start();
    const init = { headers: { 'a b': 'c' } };
    const expected: unknown = await fetch(url, init).catch((error) => error);
    await expect(tracedFetch(url, init)).rejects.toThrow((expected as Error).message);
  });

  it('traces nothing that goes over no network', async () => {
    start();
    expect(await (await tracedFetch('data:text/plain,hello')).text()).toBe('hello');
  });

  it('is fetch and nothing else where no tracing is running', async () => {
    tracing?.close();
    await tracedFetch(url);
    expect(received[0]?.headers.traceparent).toBeUndefined();
  });

  it('is fetch and nothing else where tracing is suppressed', async () => {
    start();
    await contextStorage.run(TracingContext.ROOT.withSuppressed(true), () => tracedFetch(url));
    expect(received[0]?.headers.traceparent).toBeUndefined();
  });

  it('carries on a "no"', async () => {
    start({ sampler: new AlwaysOffSampler() });
    await tracing.tracer.trace('outside', () => tracedFetch(url));
    await tracedFetch(url);
    expect(received.map(({ headers }) => headers.traceparent)).toEqual([
      expect.stringMatching(/-00$/),
      expect.stringMatching(/-00$/),
    ]);
  });

  it('shows what the application wants to see', async () => {
    start();
    configureHttpClient(tracing.tracer, {
      captureRequestHeaders: ['x-tenant'],
      captureResponseHeaders: ['x-answer', 'x-missing'],
      redactedQueryKeys: ['token'],
      knownMethods: ['POST'],
    });
    await tracing.provider
      .getTracer('a library')
      .trace('outside', () => tracedFetch(`${url}/?token=t`, { headers: { 'x-tenant': 'one' } }));
    expect(tracing.recorder.takeSpan('HTTP').attributes).toMatchObject({
      'http.request.header.x-tenant': ['one'],
      'http.response.header.x-answer': ['yes'],
      'http.request.method': '_OTHER',
      'url.full': `${url}/?token=REDACTED`,
    });
    tracing.recorder.takeSpan('outside');
  });
});
