import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { type HttpClientOptions, traceHttpCall } from '../../../../lib/http/index.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { serversOfTest } from '../../../support/loopback-server.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const startServer = serversOfTest();
const URL_OF_ITEM = 'http://stock.example/items/7?token=t';

describe('traceHttpCall', () => {
  it('calls with the context of a span of its own, and hands on the result', async () => {
    const { tracer, recorder } = createTracing();
    const headers = Object.freeze({
      'X-Own': '1',
      Traceparent: 'copied',
      tracestate: 'stranger=1',
    });
    const call = { method: 'POST', url: URL_OF_ITEM, headers, urlTemplate: '/items/{sku}' };
    const sent: Record<string, string>[] = [];
    const result = await tracer.trace('outside', () =>
      traceHttpCall(call, async (given, span) => {
        sent.push(given);
        span?.setAttribute('http.response.status_code', 200);
        tracer.startSpan('inside').end();
        return 'answer';
      }),
    );
    expect(result).toBe('answer');
    const spans = recorder.takeSpans();
    const { traceId, spanId } = spans[1]?.spanContext() ?? {};
    expect(sent).toEqual([{ 'X-Own': '1', traceparent: `00-${traceId}-${spanId}-01` }]);
    const attributes = ['http.response.status_code', 'url.full'];
    expect(traceAsText(spans, { attributes })).toBe(
      'outside\n  POST /items/{sku} [client] http.response.status_code=200 ' +
        'url.full="http://stock.example/items/7?token=REDACTED"\n    inside',
    );
  });

  it('gives each call of an operation another parent', async () => {
    const { tracer, recorder } = createTracing();
    const parents = tracer.trace('outside', () =>
      [1, 2].map(() => traceHttpCall({ url: URL_OF_ITEM }, ({ traceparent }) => traceparent)),
    );
    expect(new Set(parents).size).toBe(2);
    recorder.takeSpans();
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('records what send %s', async (_, send) => {
    const { recorder } = createTracing();
    await expect((async () => traceHttpCall({ url: URL_OF_ITEM }, send))()).rejects.toThrow(
      'broken',
    );
    expect(recorder.takeSpan().status.message).toBe('broken');
  });

  it('stands for the span of a client that is traced', async () => {
    const { url, requests } = await startServer();
    const { recorder } = createTracing();
    const body = await traceHttpCall({ url }, async (headers) => {
      const response = await new Promise<IncomingMessage>((resolve) => {
        get(url, { headers }, resolve);
      });
      return text(response);
    });
    expect(body).toBe('body');
    const span = recorder.takeSpan();
    expect(requests[0]?.headers.traceparent).toContain(span.spanContext().spanId);
  });

  it.each<[string, HttpClientOptions | boolean, string]>([
    ['client: false', false, URL_OF_ITEM],
    ['ignore', { ignore: ['stock.example'] }, URL_OF_ITEM],
    ['requireParent', { requireParent: true }, URL_OF_ITEM],
    ['what is no URL', true, 'no url'],
  ])('only calls with %s', (_, client, url) => {
    const { recorder } = createTracing({ http: { client } });
    const given = traceHttpCall({ url, headers: { a: '1' } }, (headers, span) => [headers, span]);
    expect(given).toEqual([{ a: '1' }, undefined]);
    expect(recorder.spans).toEqual([]);
  });

  it('only calls without an application', () => {
    expect(traceHttpCall({ url: URL_OF_ITEM }, (headers) => headers)).toEqual({});
  });

  it('sends nothing to receivers off the list', () => {
    const { recorder } = createTracing({ http: { client: { propagateTo: [] } } });
    const headers = { baggage: 'stranger=1' };
    expect(traceHttpCall({ url: URL_OF_ITEM, headers }, (given) => given)).toEqual({});
    recorder.takeSpan();
  });
});
