import { describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { httpClientSettingsOf } from '../../../../lib/http/client/http-client-settings.js';
import { HttpServerHandler } from '../../../../lib/http/index.js';
import { HttpHooks } from '../../../../lib/nest/http/http-hooks.js';
import type { TracingOptions } from '../../../../lib/nest/index.js';
import { TracingModule } from '../../../../lib/nest/index.js';
import { testTracingOptions } from '../../../../lib/testing/index.js';
import { Tracer } from '../../../../lib/trace/index.js';
import { answer, createExchange } from '../../http/server/exchange.js';

async function compile(options: TracingOptions) {
  const setup = testTracingOptions(options);
  const imports = [TracingModule.forRoot(setup.options)];
  const module = await Test.createTestingModule({ imports }).compile();
  return { ...setup, module };
}

function hooksOf(module: TestingModule): unknown {
  return module.get(HttpHooks, { strict: false });
}

describe('HTTP_PROVIDERS', () => {
  it.each<[string, TracingOptions, boolean]>([
    ['by default', {}, true],
    ['with true', { http: { server: true } }, true],
    ['with options', { http: { server: { trustProxy: true } } }, true],
    ['with false', { http: { server: false } }, false],
    ['without hooks', { http: { server: { hooks: false } } }, false],
    ['with tracing switched off, to pass contexts on', { enabled: false }, true],
  ])('hang hooks on the application or not: %s', async (_, options, areHung) => {
    const { module } = await compile(options);
    expect(hooksOf(module) instanceof HttpHooks).toBe(areHung);
    await module.close();
  });

  it('give servers and clients their options', async () => {
    const { module, recorder } = await compile({
      http: { server: { redactedQueryKeys: ['a'] }, client: { redactedQueryKeys: ['b'] } },
    });
    const exchange = createExchange({ url: '/?a=1&b=2' });
    module.get(HttpServerHandler, { strict: false }).begin(exchange.request, exchange.response);
    answer(exchange, 200);
    expect(recorder.takeSpan().attributes['url.query']).toBe('a=REDACTED&b=2');
    const { redactor } = httpClientSettingsOf(module.get(Tracer));
    expect(redactor.redactQuery('a=1&b=2')).toBe('a=1&b=REDACTED');
    await module.close();
  });

  it.each([
    [true, true],
    [{}, true],
    [false, false],
  ])('switch the requests of tracedFetch on or off: %j', async (client, isEnabled) => {
    const { module } = await compile({ http: { client } });
    expect(httpClientSettingsOf(module.get(Tracer)).isEnabled).toBe(isEnabled);
    await module.close();
  });

  it.each<[TracingOptions, string]>([
    [{ http: { server: { knownMethods: [] } } }, 'http.server.knownMethods must'],
    [{ http: { client: { knownMethods: [] } } }, 'http.client.knownMethods must'],
  ])('refuse to start with %j', async (options, message) => {
    await expect(compile(options)).rejects.toThrow(message);
  });
});
