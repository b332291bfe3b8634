import { describe, expect, it } from '@jest/globals';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { TracingContext } from '../../../../lib/context/index.js';
import { HttpCallOperation } from '../../../../lib/http/client/http-call-operation.js';
import { HttpClientSettings } from '../../../../lib/http/client/http-client-settings.js';
import { NO_HEADERS } from '../../../../lib/http/client/outgoing-request.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function begin() {
  const { tracer, recorder } = createTracing();
  const context = TracingContext.ROOT.withSpan(trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
  const request = { method: 'GET', url: new URL('http://shop/a'), headers: NO_HEADERS as never };
  const span = tracer.startSpan('GET');
  const settings = new HttpClientSettings({});
  const operation = new HttpCallOperation(span, settings, new Set(), context, request, 0);
  return { operation, recorder, span };
}

describe('HttpCallOperation', () => {
  it('ends with the call, whatever the watcher of a client reports', () => {
    const { operation, recorder, span } = begin();
    operation.responded(200, NO_HEADERS);
    operation.finish();
    operation.fail();
    operation.cancel();
    expect([operation.isEnded, span.isRecording()]).toEqual([false, true]);
    operation.end();
    expect(operation.isEnded).toBe(true);
    expect(recorder.takeSpan().attributes).toEqual({ 'http.response.status_code': 200 });
  });

  it('prefers the response that a watcher has seen, and the failure that the user has set', () => {
    const { operation, recorder, span } = begin();
    operation.responded(503, NO_HEADERS);
    operation.describe({ 'http.response.status_code': 200, 'error.type': 'stale' });
    expect(span.attributes['http.response.status_code']).toBe(503);
    operation.end();
    expect(recorder.takeSpan().attributes['error.type']).toBe('503');
  });

  it('ignores what a watcher sees after the end of the call', () => {
    const { operation, recorder, span } = begin();
    operation.describe({});
    operation.connected('127.0.0.1', 81, '1.1');
    operation.responded(200, NO_HEADERS);
    span.end();
    operation.responded(200, NO_HEADERS);
    expect(recorder.takeSpan().attributes).toEqual({});
  });
});
