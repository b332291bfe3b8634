import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { ProxyTracerProvider } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import {
  isWithoutSdk,
  providerBehind,
} from '../../../../lib/assembly/foreign-provider/provider-behind.js';

const provider = new BasicTracerProvider();

function proxyOf(delegate: BasicTracerProvider): ProxyTracerProvider {
  const proxy = new ProxyTracerProvider();
  proxy.setDelegate(delegate);
  return proxy;
}

describe('providerBehind', () => {
  it("finds the provider behind the API's stand-in", () => {
    expect(providerBehind(proxyOf(provider))).toBe(provider);
  });

  it('is the provider itself if there is no stand-in', () => {
    expect(providerBehind(provider)).toBe(provider);
  });
});

describe('isWithoutSdk', () => {
  it('tells whether an SDK is registered', () => {
    expect(isWithoutSdk(new ProxyTracerProvider())).toBe(true);
    expect(isWithoutSdk(proxyOf(provider))).toBe(false);
    expect(isWithoutSdk(provider)).toBe(false);
  });

  it('knows the stand-in of another copy of the API', () => {
    const older = createRequire(import.meta.url)('opentelemetry-api-1.9');
    expect(isWithoutSdk(new older.ProxyTracerProvider())).toBe(true);
  });
});
