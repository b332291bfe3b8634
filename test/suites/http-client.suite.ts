import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type HrTime, SpanStatusCode } from '@opentelemetry/api';
import { withBaggage } from '../../lib/baggage/index.js';
import { openOperationsOf } from '../../lib/http/client/http-client-settings.js';
import {
  createTestTracing,
  type TestTracing,
  type TestTracingOptions,
} from '../../lib/testing/index.js';
import type { ReadableSpan } from '../../lib/trace/index.js';
import {
  BIG_BODY,
  startTargetServer,
  type TargetServer,
} from '../integration/http-client/target-server.js';
import { until } from '../support/until.js';

export interface RequestToSend {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Readable;
  readonly signal?: AbortSignal;
  readonly timeoutMillis?: number;
}

export interface ReceivedAnswer {
  readonly status: number;
  read(): Promise<string>;
  /** Gives the body up. */
  giveUp(): void;
}

/** An HTTP client, as the suite uses it. */
export interface HttpClientSubject {
  readonly name: string;
  readonly followsRedirects: boolean;
  /** `error.type` of failures that clients name differently. */
  readonly errorTypes: { readonly reset: RegExp; readonly timeout: RegExp };
  /** Sends a request; resolves when the headers of the response have arrived. */
  send(url: string, request: RequestToSend): Promise<ReceivedAnswer>;
}

/** The members of a tracing that the suite reads. */
export type TestedTracing = Pick<
  TestTracing,
  'tracer' | 'tracing' | 'recorder' | 'warnings' | 'close'
>;

/** What holds for the requests of every HTTP client that the library traces. */
export function httpClientSuite(
  client: HttpClientSubject,
  isSecure = false,
  createTracing: (options: TestTracingOptions) => TestedTracing = createTestTracing,
): void {
  describe(`requests of ${client.name}`, () => {
    let server: TargetServer;
    let tracing: TestedTracing;

    beforeAll(async () => {
      server = await startTargetServer(isSecure);
      tracing = createTracing({ http: { client: { propagateTo: ['localhost'] } } });
    });

    afterEach(() => {
      server.takeRequests();
      expect(openOperationsOf(tracing.tracer).size).toBe(0);
      tracing.recorder.verify();
      expect(tracing.warnings).toEqual([]);
    });

    afterAll(async () => {
      tracing.close();
      await server.close();
    });

    /** Sends a request inside a span, and hands it what it needs of the answer. */
    async function send(
      path: string,
      request: RequestToSend = {},
      use: (answer: ReceivedAnswer) => unknown = (answer) => answer.read(),
    ): Promise<unknown> {
      const url = path.startsWith('http') ? path : server.url + path;
      return tracing.tracer.trace('outside', async () => use(await client.send(url, request)));
    }

    /** The spans of requests, in the order of their starts. The span around them is left out. */
    async function takeRequestSpans(count = 1): Promise<ReadableSpan[]> {
      const spans = await tracing.recorder.takeNextSpans(count + 1);
      const outside = spans.find(({ name }) => name === 'outside');
      const requests = spans.filter((span) => span !== outside);
      for (const span of requests) {
        expect(span.parentSpanContext?.spanId).toBe(outside?.spanContext().spanId);
      }
      return requests.sort((a, b) => millisOf(a.startTime) - millisOf(b.startTime));
    }

    const summaryOf = ({ name, attributes, status, events }: ReadableSpan): string =>
      [
        name,
        attributes['http.response.status_code'],
        attributes['error.type'],
        status.code === SpanStatusCode.ERROR ? 'ERROR' : undefined,
        ...events.map((event) => event.name),
      ]
        .filter((part) => part !== undefined)
        .join(' ');

    it.each([
      [200, 'GET 200'],
      [204, 'GET 204'],
      [404, 'GET 404 404 ERROR'],
      [500, 'GET 500 500 ERROR'],
    ])('have a span that shows the status %d', async (status, summary) => {
      await send(`/${status}?a=1&token=secret`);
      const [span] = await takeRequestSpans();
      expect(summaryOf(span as ReadableSpan)).toBe(summary);
      expect(span?.attributes).toMatchObject({
        'http.request.method': 'GET',
        'server.address': 'localhost',
        'server.port': server.port,
        'url.full': `${server.url}/${status}?a=1&token=REDACTED`,
        'network.peer.address': '127.0.0.1',
        'network.peer.port': server.port,
        'network.protocol.version': '1.1',
      });
    });

    it('have ended when the caller has the whole response', async () => {
      await send('/');
      expect(openOperationsOf(tracing.tracer).size).toBe(0);
      await takeRequestSpans();
    });

    it('carry the context of their span, and the headers of the caller', async () => {
      await withBaggage({ tenant: 'blue' }, () => send('/', { headers: { 'X-Own': 'kept' } }));
      const [span] = await takeRequestSpans();
      const { traceId, spanId } = (span as ReadableSpan).spanContext();
      expect(server.takeRequests()[0]?.headers).toMatchObject({
        traceparent: `00-${traceId}-${spanId}-01`,
        baggage: 'tenant=blue',
        'x-own': 'kept',
      });
    });

    it('carry no context that was copied from an incoming request', async () => {
      const headers = {
        Traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
        tracestate: 'stranger=1',
        Baggage: 'stranger=1',
      };
      const offTheList = server.url.replace('localhost', '127.0.0.1');
      await send('/', { headers });
      const [span] = await takeRequestSpans();
      if (!isSecure) {
        await send(`${offTheList}/`, { headers });
        await takeRequestSpans();
      }
      const [first, second] = server.takeRequests();
      expect(first?.rawHeaders.filter((name) => /^traceparent$/i.test(name))).toHaveLength(1);
      expect(first?.headers.traceparent).toContain(span?.spanContext().spanId);
      expect([first?.headers.tracestate, first?.headers.baggage]).toEqual([undefined, undefined]);
      if (!isSecure) {
        const { traceparent, tracestate, baggage } = second?.headers ?? {};
        expect([traceparent, tracestate, baggage]).toEqual([undefined, undefined, undefined]);
      }
    });

    it('have a span for each redirect that the client follows', async () => {
      await send('/redirect');
      const spans = await takeRequestSpans(client.followsRedirects ? 2 : 1);
      const [redirected, landed] = spans;
      expect(redirected && summaryOf(redirected)).toBe('GET 302');
      if (!client.followsRedirects) return;
      expect(landed && summaryOf(landed)).toBe('GET 200');
      expect(landed?.attributes['http.request.resend_count']).toBe(1);
      expect(landed?.attributes['url.full']).toBe(`${server.url}/landing?a=1`);
      const sent = server.takeRequests().map(({ headers }) => headers.traceparent);
      expect(sent).toEqual(spans.map((span) => expect.stringContaining(span.spanContext().spanId)));
    });

    it('are no error if the caller aborts them', async () => {
      const controller = new AbortController();
      const sent = send('/never', { signal: controller.signal });
      await until(
        () => server.takeRequests().length > 0,
        () => 'no request',
      );
      controller.abort();
      await expect(sent).rejects.toBeDefined();
      const [span] = await takeRequestSpans();
      expect(span && summaryOf(span)).toBe('GET request aborted');
    });

    it('are an error if they time out', async () => {
      await expect(send('/never', { timeoutMillis: 30 })).rejects.toBeDefined();
      const [span] = await takeRequestSpans();
      expect(span?.attributes['error.type']).toMatch(client.errorTypes.timeout);
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    });

    it('are an error if nobody listens', async () => {
      const unused = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => unused.once('listening', resolve));
      const { port } = unused.address() as { port: number };
      await new Promise((resolve) => unused.close(resolve));
      const url = `${server.url.split(':')[0]}://127.0.0.1:${port}/`;
      await expect(send(url)).rejects.toBeDefined();
      const [span] = await takeRequestSpans();
      expect(span && summaryOf(span)).toBe('GET ECONNREFUSED ERROR exception');
    });

    it('are an error if the host is unknown', async () => {
      const url = `${server.url.split(':')[0]}://nowhere.invalid/`;
      await expect(send(url)).rejects.toBeDefined();
      const [span] = await takeRequestSpans();
      expect(span?.attributes['error.type']).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    });

    it.each(['/reset', '/hang-up'])('are an error if the server closes: %s', async (path) => {
      await expect(send(path)).rejects.toBeDefined();
      const [span] = await takeRequestSpans();
      expect(span?.attributes['error.type']).toMatch(client.errorTypes.reset);
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    });

    it('are an error if the response breaks off', async () => {
      await expect(send('/breaks-off')).rejects.toBeDefined();
      const [span] = await takeRequestSpans();
      expect(span?.attributes['http.response.status_code']).toBe(200);
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    });

    it('are no error if the caller gives the response up', async () => {
      await send('/never-ends', {}, (answer) => answer.giveUp());
      const [span] = await takeRequestSpans();
      expect(span && summaryOf(span)).toBe('GET 200 request aborted');
    });

    it('last until the response has been read', async () => {
      await send('/big', {}, async (answer) => {
        expect(tracing.recorder.openSpans.map(({ name }) => name)).toContain('GET');
        expect((await answer.read()).length).toBe(BIG_BODY.length);
      });
      const [span] = await takeRequestSpans();
      expect(span && summaryOf(span)).toBe('GET 200');
    });

    it('can upload a stream', async () => {
      const body = Readable.from(
        (function* () {
          for (let i = 0; i < 50; i++) yield Buffer.alloc(1000, 'a');
        })(),
      );
      const read = (answer: ReceivedAnswer): Promise<string> => answer.read();
      expect(await send('/upload', { method: 'POST', body }, read)).toBe('body of 50000');
      const [span] = await takeRequestSpans();
      expect(span && summaryOf(span)).toBe('POST 200');
    });

    it('do not mix over kept connections', async () => {
      await tracing.tracer.trace('outside', async () => {
        const urls = Array.from({ length: 100 }, (_, index) => `${server.url}/item?i=${index}`);
        await Promise.all(urls.map(async (url) => (await client.send(url, {})).read()));
      });
      const spans = await takeRequestSpans(100);
      const sent = server.takeRequests();
      for (const span of spans) {
        const { spanId } = span.spanContext();
        const request = sent.find(({ headers }) => headers.traceparent?.includes(spanId));
        expect(span.attributes['url.full']).toBe(server.url + request?.path);
      }
    });

    it('leave nothing behind, one after the other', async () => {
      for (let i = 0; i < 300; i++) {
        await send('/');
        await takeRequestSpans();
        if (i % 50 === 0) expect(openOperationsOf(tracing.tracer).size).toBe(0);
      }
      expect(tracing.tracing.statistics.counts()).toMatchObject({ live: 0 });
    });

    it('are left alone outside of any span in a test run', async () => {
      await (await client.send(`${server.url}/`, {})).read();
      const sent = server.takeRequests()[0]?.headers.traceparent;
      if (client.name === 'tracedFetch') tracing.recorder.takeSpan();
      else expect(sent).toBeUndefined();
    });

    // The last one: clients notice only later that their kept connections are gone.
    it('end with their socket if nobody reads the response', async () => {
      await send('/', {}, () => undefined);
      server.closeConnections();
      const [span] = await takeRequestSpans();
      expect(span && summaryOf(span)).toBe('GET 200');
    });
  });
}

function millisOf([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}
