import { describe, expect, it } from '@jest/globals';
import {
  configureHttpClient,
  HttpClientSettings,
  httpClientSettingsOf,
} from '../../../../lib/http/client/http-client-settings.js';
import type { HttpClientOptions } from '../../../../lib/http/index.js';
import { createTestTracing } from '../../../../lib/testing/index.js';

describe('the settings of the HTTP client', () => {
  it('are those of the application that a tracer belongs to', () => {
    const [one, other] = [createTestTracing(), createTestTracing()];
    configureHttpClient(one.tracer, { redactedQueryKeys: ['page'] });
    expect(httpClientSettingsOf(one.tracer).isEnabled).toBe(true);
    const redact = (tracer: typeof one.tracer): string =>
      httpClientSettingsOf(tracer).redactor.redactQuery('page=t');
    expect(redact(one.tracer)).toBe('page=REDACTED');
    expect(redact(one.provider.getTracer('a library'))).toBe('page=REDACTED');
    expect(redact(other.tracer)).toBe('page=t');
    one.close();
    other.close();
  });

  it.each([
    [undefined, true],
    [true, true],
    [{}, true],
    [false, false],
  ])('of %j say whether requests are traced', (client, isEnabled) => {
    const { tracer, close } = createTestTracing();
    configureHttpClient(tracer, client);
    expect(httpClientSettingsOf(tracer).isEnabled).toBe(isEnabled);
    close();
  });

  it('take the known methods of the environment unless they have their own', () => {
    const { tracer, close } = createTestTracing();
    const methodOf = (): string => httpClientSettingsOf(tracer).methods.of('PURGE').method;
    configureHttpClient(tracer, true, ['PURGE']);
    expect(methodOf()).toBe('PURGE');
    configureHttpClient(tracer, { knownMethods: ['GET'] }, ['PURGE']);
    expect(methodOf()).toBe('_OTHER');
    close();
  });

  it.each<[string, HttpClientOptions, boolean, boolean, boolean]>([
    ['everywhere by default', {}, false, true, true],
    ['in a test run only by calls', {}, true, false, true],
    ['in a test run if the user says so', { requireParent: false }, true, true, true],
    ['nowhere if the user says so', { requireParent: true }, false, false, false],
  ])('trace requests outside any operation %s', (_, options, isTestRun, roots, rootCalls) => {
    const { tracesRoots, tracesRootCalls } = new HttpClientSettings(options, { isTestRun });
    expect([tracesRoots, tracesRootCalls]).toEqual([roots, rootCalls]);
  });

  it.each([
    ['onRequest', 'hook'],
    ['captureRequestHeaders', 'x'],
    ['captureResponseHeaders', [1]],
    ['redactedQueryKeys', [1]],
    ['knownMethods', []],
    ['requireParent', 'no'],
    ['endsWith', 'trailers'],
    ['captureBodySizes', 1],
    ['nameOf', 'GET'],
    ['urlTemplate', '/items'],
    ['onResponse', {}],
  ])('refuse a wrong %s', (option, value) => {
    expect(() => new HttpClientSettings({ [option]: value })).toThrow(`http.client.${option} must`);
  });
});
