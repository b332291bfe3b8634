import { afterEach, describe, expect, it } from '@jest/globals';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { TracingContext } from '../../../../lib/context/index.js';
import { HttpClientOperation } from '../../../../lib/http/client/http-client-operation.js';
import { HttpClientSettings } from '../../../../lib/http/client/http-client-settings.js';
import { takeResendCount } from '../../../../lib/http/client/resends.js';
import type { HttpClientOptions } from '../../../../lib/http/index.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

const { tracer, recorder, warnings, close } = createTestTracing();
close();
const SHOWN = { events: true };
const NONE = new Headers();

afterEach(() => {
  recorder.verify();
  expect(warnings).toEqual([]);
});

function begin(options: HttpClientOptions = {}, signal?: AbortSignal) {
  const open = new Set<HttpClientOperation>();
  const context = TracingContext.ROOT.withSpan(trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
  const request = { method: 'GET', url: new URL('http://shop/a'), headers: NONE, signal };
  const settings = new HttpClientSettings(options);
  const span = tracer.startSpan('GET');
  const operation = new HttpClientOperation(span, settings, open, context, request, 1);
  return { operation, open, context };
}

const takeText = (): string => traceAsText(recorder.takeSpans(), SHOWN);

describe('HttpClientOperation', () => {
  it('is open until its end, and takes only the first end', () => {
    const { operation, open } = begin();
    expect(open).toEqual(new Set([operation]));
    operation.responded(200, NONE);
    operation.finish();
    operation.fail(new Error('late'));
    operation.cancel();
    operation.responded(500, NONE);
    operation.connected('127.0.0.1', 1, '1.1');
    expect([open.size, operation.isEnded]).toEqual([0, true]);
    expect(takeText()).toBe('GET http.response.status_code=200');
  });

  it('shows the first response', () => {
    const { operation } = begin({ captureResponseHeaders: ['x-a'], captureBodySizes: true });
    operation.connected('127.0.0.1', 81, '1.1');
    operation.responded(404, new Headers({ 'x-a': '1', 'content-length': '5' }));
    operation.responded(200, NONE);
    operation.finish();
    expect(takeText()).toBe(
      'GET error.type="404" http.response.body.size=5 http.response.header.x-a=["1"] http.response.status_code=404 ' +
        'network.peer.address=127.0.0.1 network.peer.port=81 network.protocol.version="1.1" ERROR',
    );
  });

  it('can end with the headers', () => {
    const { operation } = begin({ endsWith: 'headers' });
    operation.responded(200, NONE);
    expect(operation.isEnded).toBe(true);
    recorder.takeSpan();
  });

  it('shows the response to the function of the user', () => {
    const seen: unknown[] = [];
    const { operation } = begin({
      onResponse: (span, { status, headers }) => {
        seen.push(status, headers.get('x-a'));
        span.setAttribute('seen', true);
      },
    });
    operation.responded(200, new Headers({ 'x-a': '1' }));
    operation.finish();
    expect(seen).toEqual([200, '1']);
    expect(recorder.takeSpan().attributes.seen).toBe(true);
  });

  it.each<[string, (operation: HttpClientOperation) => void, string, string, number]>([
    [
      'a redirect',
      (one) => one.responded(307, new Headers({ location: '/b#c' })),
      'http://shop/b',
      'PUT',
      2,
    ],
    [
      'a redirect to nowhere',
      (one) => one.responded(307, new Headers({ location: 'http://[' })),
      'http://nowhere',
      'GET',
      0,
    ],
    [
      'another answer without an error',
      (one) => one.responded(304, NONE),
      'http://shop/a',
      'GET',
      0,
    ],
    ['an error of the server', (one) => one.responded(503, NONE), 'http://shop/a', 'GET', 2],
    ['an error of the client', (one) => one.responded(404, NONE), 'http://shop/a', 'GET', 0],
    ['a failure', (one) => one.fail(new Error('reset')), 'http://shop/a', 'GET', 2],
    ['a cancellation', (one) => one.cancel(), 'http://shop/a', 'GET', 0],
  ])('expects the next attempt after %s', (_, happen, url, method, count) => {
    const { operation, context } = begin();
    happen(operation);
    operation.finish();
    expect(takeResendCount(context, new URL(url), method)).toBe(count);
    recorder.takeSpan();
  });

  it('takes the reason of the caller for no failure', () => {
    const reason = new Error('no longer needed');
    begin({}, AbortSignal.abort(reason)).operation.fail(reason);
    expect(takeText()).toBe('GET (event "request aborted")');
  });

  const lost = new DOMException('The operation was aborted.', 'AbortError');

  it('takes an abort without its reason for a failure while there is no connection', () => {
    begin().operation.fail(lost);
    expect(recorder.takeSpan().attributes['error.type']).toBe('AbortError');
    const { operation } = begin();
    operation.connected('127.0.0.1', 81, '1.1');
    operation.fail(lost);
    expect(recorder.takeSpan().attributes).not.toHaveProperty(['error.type']);
  });

  it.each([
    ['TimeoutError', new DOMException('too late', 'TimeoutError')],
    [undefined, new Error('no longer needed')],
  ])('takes the lost reason from the signal: %s', (type, reason) => {
    begin({}, AbortSignal.abort(reason)).operation.fail(lost);
    expect(recorder.takeSpan().attributes['error.type']).toBe(type);
  });

  it('takes a cancellation after a timeout for a failure', () => {
    const { operation } = begin();
    operation.sawTimeout();
    operation.cancel();
    expect(takeText()).toBe('GET error.type=timeout ERROR "The request timed out"');
  });

  it('does not keep an unrecorded operation open', () => {
    const off = createTestTracing({ enabled: false });
    off.close();
    const open = new Set<HttpClientOperation>();
    const request = { method: 'GET', url: new URL('http://shop/a'), headers: NONE };
    const span = off.tracer.startSpan('GET');
    const settings = new HttpClientSettings();
    new HttpClientOperation(span, settings, open, TracingContext.ROOT, request, 0);
    expect(open.size).toBe(0);
  });
});
