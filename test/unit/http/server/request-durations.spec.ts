import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { KnownMethods } from '../../../../lib/http/known-methods.js';
import { QueryRedactor } from '../../../../lib/http/query-redactor.js';
import { RequestSpanPlan } from '../../../../lib/http/server/request-attributes.js';
import { RequestDurations } from '../../../../lib/http/server/request-durations.js';
import type { MetricsOptions } from '../../../../lib/metrics/index.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { metricsAsText } from '../../../support/metrics-as-text.js';

function seriesOf(request: object, metrics: MetricsOptions = {}, trustsProxy = false): string {
  const { tracer, tracing, warnings, close } = createTestTracing({ metrics });
  const methods = new KnownMethods();
  const redactor = new QueryRedactor();
  const plan = new RequestSpanPlan({ methods, redactor, headers: undefined, trustsProxy });
  const durations = RequestDurations.of(tracer, plan);
  const span = tracer.startSpan('GET');
  span.end();
  const received = { method: 'GET', httpVersion: '1.1', headers: {}, socket: {}, ...request };
  const { nameInSpan } = methods.of(received.method);
  durations?.record(
    received as unknown as IncomingMessage,
    nameInSpan,
    '/a',
    200,
    undefined,
    undefined,
    span,
  );
  close();
  return [
    metricsAsText(tracing.metrics.collect()).replace(/^[^{]*|\} 1 in.*$/g, ''),
    ...warnings,
  ].join();
}

const REST = 'http.response.status_code=200 http.route=/a network.protocol.version=1.1';

describe('RequestDurations', () => {
  it('has a bounded number of methods', () => {
    expect(seriesOf({ method: 'XYZZY' })).toBe(
      `{http.request.method=_OTHER ${REST} url.scheme=http`,
    );
    expect(seriesOf({ method: 'get' })).toBe(`{http.request.method=GET ${REST} url.scheme=http`);
  });

  it('tells scheme and version of the connection', () => {
    expect(seriesOf({ socket: { encrypted: true }, httpVersion: '2.0' })).toBe(
      `{http.request.method=GET http.response.status_code=200 http.route=/a network.protocol.version=2 url.scheme=https`,
    );
  });

  it('tells the server on request, by the headers of a trusted proxy', () => {
    const headers = { host: 'inner:8080', forwarded: 'host=shop.example;proto=https' };
    expect(seriesOf({ headers })).toBe(`{http.request.method=GET ${REST} url.scheme=http`);
    expect(seriesOf({ headers }, { serverAddress: true })).toBe(
      `{http.request.method=GET ${REST} server.address=inner server.port=8080 url.scheme=http`,
    );
    expect(seriesOf({ headers }, { serverAddress: true }, true)).toBe(
      `{http.request.method=GET ${REST} server.address=shop.example server.port=443 url.scheme=https`,
    );
  });

  it('reports a request that it cannot read', () => {
    expect(seriesOf({ headers: undefined }, { serverAddress: true })).toContain(
      'The duration of a request could not be recorded: TypeError',
    );
  });
});
