import { afterEach, describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { startSpan } from '../../../../lib/http/client/begin-operation.js';
import { FlatHeaders } from '../../../../lib/http/client/flat-headers.js';
import { HttpClientSettings } from '../../../../lib/http/client/http-client-settings.js';
import { type HttpClientOptions, withUrlTemplate } from '../../../../lib/http/index.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';

const { tracer, recorder, warnings, close } = createTestTracing();
close();

afterEach(() => recorder.verify());

function spanOf(options: HttpClientOptions, urlTemplate?: string, resendCount = 0): ReadableSpan {
  const settings = new HttpClientSettings(options);
  const headers = new FlatHeaders(['X-Tenant', 'blue', 'content-length', '12']);
  const url = new URL('http://user:word@[::1]:81/items/7?token=t&page=2');
  const request = { method: 'POST', url, headers, urlTemplate };
  startSpan(tracer, settings, request, contextStorage.active(), resendCount).end();
  return recorder.takeSpan();
}

describe('startSpan', () => {
  it('describes the request', () => {
    const { name, attributes } = spanOf({ captureRequestHeaders: ['x-tenant'] }, '/items/{id}', 2);
    expect(name).toBe('POST /items/{id}');
    expect(attributes).toEqual({
      'http.request.header.x-tenant': ['blue'],
      'http.request.method': 'POST',
      'http.request.resend_count': 2,
      'server.address': '::1',
      'server.port': 81,
      'url.full': 'http://REDACTED:REDACTED@[::1]:81/items/7?token=REDACTED&page=2',
      'url.template': '/items/{id}',
    });
  });

  it('records the size of the body if it is asked for', () => {
    expect(spanOf({ captureBodySizes: true }).attributes['http.request.body.size']).toBe(12);
    expect(spanOf({}).attributes).not.toHaveProperty('http.request.body.size');
  });

  it.each<[string, HttpClientOptions, string | undefined, string]>([
    ['the method', {}, undefined, 'POST'],
    ['the template of the call', { urlTemplate: () => '/a' }, '/b', 'POST /b'],
    [
      'the option urlTemplate',
      { urlTemplate: ({ url }) => url.pathname.slice(0, 6) },
      undefined,
      'POST /items',
    ],
    ['the option nameOf', { nameOf: ({ urlTemplate }) => `post ${urlTemplate}` }, '/b', 'post /b'],
    ['the method if nameOf returns nothing', { nameOf: () => undefined }, undefined, 'POST'],
    ['the method if nameOf returns no text', { nameOf: () => 7 as never }, undefined, 'POST'],
  ])('names the span by %s', (_, options, urlTemplate, name) => {
    expect(spanOf(options, urlTemplate).name).toBe(name);
  });

  it('names the span by withUrlTemplate', () => {
    const { name, attributes } = withUrlTemplate('/items/{sku}', () => spanOf({}));
    expect([name, attributes['url.template']]).toEqual(['POST /items/{sku}', '/items/{sku}']);
  });

  it('reports a function of the user that throws', () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    expect(spanOf({ nameOf: fail, urlTemplate: fail }).name).toBe('POST');
    expect(warnings).toEqual([
      'http.client.urlTemplate threw: Error: broken',
      'http.client.nameOf threw: Error: broken',
    ]);
  });

  it('shows a copy of the request to the functions of the user', () => {
    const seen: unknown[] = [];
    spanOf({
      onRequest: (span, { method, url, headers, urlTemplate }) => {
        seen.push(method, url.port, headers.get('x-tenant'), urlTemplate);
        url.port = '1';
        span.setAttribute('seen', true);
      },
      urlTemplate: () => '/a',
    });
    expect(seen).toEqual(['POST', '81', 'blue', '/a']);
  });

  it('starts no span below an unsampled one', () => {
    const settings = new HttpClientSettings();
    const unsampled = createTestTracing({ enabled: false });
    const span = unsampled.tracer.startSpan('root', {}, TracingContext.ROOT);
    unsampled.close();
    const request = { method: 'GET', url: new URL('http://shop'), headers: new Headers() };
    const context = TracingContext.ROOT.withSpan(span);
    const started = startSpan(unsampled.tracer, settings, request, context, 0);
    expect(started.isRecording()).toBe(false);
  });
});
