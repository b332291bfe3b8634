import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { lastValueFrom, of } from 'rxjs';
import type { Tracing } from '../../../../lib/assembly/index.js';
import type { LocalSpan } from '../../../../lib/context/index.js';
import { type HttpClientOptions, traceHttpCall } from '../../../../lib/http/index.js';
import { AlwaysOffSampler, AlwaysOnSampler, type Sampler } from '../../../../lib/sampling/index.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { serversOfTest } from '../../../support/loopback-server.js';
import { metricsAsText } from '../../../support/metrics-as-text.js';
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

describe.each<[string, Sampler]>([
  ['sampled', new AlwaysOnSampler()],
  ['not sampled', new AlwaysOffSampler()],
])('the metric of a call that is %s', (_, sampler) => {
  const NAME = 'http.client.request.duration';

  /** The attributes and the count of each series, without the address of the server. */
  function seriesIn(tracing: Tracing): string[] {
    return metricsAsText(tracing.metrics.collect(), NAME)
      .split('\n')
      .map((line) => line.replace(/ in .*$/, '').replace(/ server\.\S+=[^ }]+/g, ''))
      .map((line) => line.slice(NAME.length));
  }

  const setStatus = (status: number) => (_headers: unknown, span: LocalSpan | undefined) => {
    span?.setAttribute('http.response.status_code', status);
    span?.setAttributes({ 'url.full': 'of no interest', 'http.response.status_code': status });
  };

  it('has the status that the user sets on the span', async () => {
    const { tracing } = createTracing({ sampler, metrics: true });
    traceHttpCall({ url: URL_OF_ITEM }, setStatus(204));
    await traceHttpCall({ url: URL_OF_ITEM }, async (headers, span) => {
      await new Promise((resolve) => setImmediate(resolve));
      setStatus(503)(headers, span);
    });
    traceHttpCall({ url: URL_OF_ITEM }, (_headers, span) => {
      span?.setAttribute('error.type', 'stale').setAttribute('http.response.status_code', 200);
    });
    expect(seriesIn(tracing)).toEqual([
      '{http.request.method=GET http.response.status_code=204} 1',
      '{error.type=503 http.request.method=GET http.response.status_code=503} 1',
      '{error.type=stale http.request.method=GET http.response.status_code=200} 1',
    ]);
  });

  it('has both the status and the error of a call that fails', () => {
    const { tracing } = createTracing({ sampler, metrics: true });
    const fail = () =>
      traceHttpCall({ url: URL_OF_ITEM }, (headers, span) => {
        setStatus(500)(headers, span);
        throw new RangeError('broken');
      });
    expect(fail).toThrow('broken');
    expect(seriesIn(tracing)).toEqual([
      '{error.type=RangeError http.request.method=GET http.response.status_code=500} 1',
    ]);
  });

  it('has what the watcher of a traced client sees', async () => {
    const { url } = await startServer((_request, response) => {
      response.statusCode = 404;
      response.end('body');
    });
    const { tracing, recorder } = createTracing({ sampler, metrics: true });
    await traceHttpCall({ url }, async (headers) => {
      const response = await new Promise<IncomingMessage>((resolve) => {
        get(url, { headers }, resolve);
      });
      return text(response);
    });
    expect(seriesIn(tracing)).toEqual([
      '{error.type=404 http.request.method=GET http.response.status_code=404 network.protocol.version=1.1} 1',
    ]);
    for (const span of recorder.takeSpans()) {
      expect(span.attributes).toMatchObject({
        'http.response.status_code': 404,
        'error.type': '404',
        'network.protocol.version': '1.1',
      });
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
    }
  });

  it('is recorded for each subscription of an Observable', async () => {
    const { tracing } = createTracing({ sampler, metrics: true });
    const calls = traceHttpCall({ url: URL_OF_ITEM }, () => of(1));
    await lastValueFrom(calls);
    await lastValueFrom(calls);
    expect(seriesIn(tracing)).toEqual(['{http.request.method=GET} 2']);
  });
});

describe('the span of a call', () => {
  it('hears nothing of a request that the call does not wait for', async () => {
    const { url } = await startServer();
    const { recorder, warnings } = createTracing();
    let answered: Promise<IncomingMessage> | undefined;
    traceHttpCall({ url }, (headers) => {
      answered = new Promise((resolve) => {
        get(url, { headers }, resolve);
      });
    });
    await text((await answered) as IncomingMessage);
    expect(recorder.takeSpan().attributes).not.toHaveProperty('http.response.status_code');
    expect(warnings).toEqual([]);
  });

  it('is an error with a status of at least 400, but keeps the type of a failure', () => {
    const { recorder } = createTracing();
    traceHttpCall({ url: URL_OF_ITEM }, (_headers, span) => {
      span?.setAttribute('http.response.status_code', 404);
    });
    const { attributes, status } = recorder.takeSpan();
    expect(attributes['error.type']).toBe('404');
    expect(status).toEqual({ code: SpanStatusCode.ERROR });
  });
});
