import { describe, expect, it } from '@jest/globals';
import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { toTraceRecord } from '../../../../lib/export/index.js';
import { endedSpan } from '../../../support/span-source.js';
import { localChild } from '../otlp/sample-spans.js';

describe('toTraceRecord', () => {
  it('takes over what of a span is shown', () => {
    expect(toTraceRecord(localChild())).toEqual({
      traceId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1',
      spanId: 'bbbbbbbbbbbbbbb3',
      parentSpanId: 'bbbbbbbbbbbbbbb2',
      name: 'local child',
      service: 'orders',
      startEpochMillis: Date.parse('2024-05-06T07:08:09Z') + 0.5,
      durationMillis: 0.25,
      status: 'unset',
    });
  });

  it('has no parent for a root', () => {
    expect(toTraceRecord(endedSpan())).not.toHaveProperty('parentSpanId');
  });

  it.each([
    ['an error', endedSpan('a', (s) => s.recordError(new TypeError('boom'))), 'TypeError: boom'],
    [
      'the last of several errors',
      endedSpan('a', (s) => {
        s.recordException(new Error('first'));
        s.recordError(new RangeError('second'));
      }),
      'RangeError: second',
    ],
    [
      'a status with a message',
      endedSpan('a', (s) => s.setStatus({ code: SpanStatusCode.ERROR, message: 'no' })),
      'no',
    ],
    [
      'an error type',
      endedSpan('a', (s) => {
        s.setAttribute('error.type', '500').setStatus({ code: SpanStatusCode.ERROR });
      }),
      '500',
    ],
    ['nothing', endedSpan('a', (s) => s.setStatus({ code: SpanStatusCode.ERROR })), undefined],
  ])('says of a failed span with %s what went wrong', (_, span, error) => {
    expect(toTraceRecord(span)).toMatchObject({ status: 'error' });
    expect(toTraceRecord(span).error).toBe(error);
  });

  it('says nothing of errors that the span survived', () => {
    const span = endedSpan('a', (s) => {
      s.recordException(new Error('handled'));
      s.setStatus({ code: SpanStatusCode.OK });
    });
    expect(toTraceRecord(span)).toMatchObject({ status: 'ok' });
    expect(toTraceRecord(span)).not.toHaveProperty('error');
  });

  it.each<[string, SpanKind, Attributes, string | undefined]>([
    [
      'status and path of a request to an unknown route',
      SpanKind.SERVER,
      { 'http.response.status_code': 404, 'url.path': '/cats' },
      '404 /cats',
    ],
    [
      'the status alone where a route matched',
      SpanKind.SERVER,
      { 'http.response.status_code': 500, 'url.path': '/cats/7', 'http.route': '/cats/:id' },
      '500',
    ],
    [
      'nothing of a request that succeeded',
      SpanKind.SERVER,
      { 'http.response.status_code': 200, 'url.path': '/cats', 'http.route': '/cats' },
      undefined,
    ],
    [
      'nothing of a client, whose path may hold ids',
      SpanKind.CLIENT,
      { 'http.response.status_code': 404, 'url.path': '/cats/7' },
      undefined,
    ],
  ])('notes %s', (_, kind, attributes, note) => {
    const span = endedSpan('GET', () => {}, { kind, attributes });
    expect(toTraceRecord(span).note).toBe(note);
  });
});
