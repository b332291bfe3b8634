import { describe, expect, it } from '@jest/globals';
import {
  configureHttpClient,
  HttpClientSettings,
  httpClientSettingsOf,
} from '../../../../lib/http/client/http-client-settings.js';
import { createTestTracing } from '../../../../lib/testing/index.js';

describe('the settings of the HTTP client', () => {
  it('are those of the application that a tracer belongs to', () => {
    const [one, other] = [createTestTracing(), createTestTracing()];
    configureHttpClient(one.tracer, { redactedQueryKeys: ['token'] });
    const redact = (tracer: typeof one.tracer): string =>
      httpClientSettingsOf(tracer).redactor.redactQuery('token=t');
    expect(redact(one.tracer)).toBe('token=REDACTED');
    expect(redact(one.provider.getTracer('a library'))).toBe('token=REDACTED');
    expect(redact(other.tracer)).toBe('token=t');
    one.close();
    other.close();
  });

  it.each([
    ['captureRequestHeaders', 'x'],
    ['captureResponseHeaders', [1]],
    ['redactedQueryKeys', [1]],
    ['knownMethods', []],
  ])('refuse a wrong %s', (option, value) => {
    expect(() => new HttpClientSettings({ [option]: value })).toThrow(`http.client.${option} must`);
  });
});
