import { describe, expect, it } from '@jest/globals';
import { ProxyTracerProvider } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { ProviderFlush } from '../../../../lib/assembly/foreign-provider/provider-flush.js';

describe('ProviderFlush', () => {
  it("flushes the provider, also behind the API's stand-in, and never shuts it down", async () => {
    const calls: string[] = [];
    const processor = {
      onStart() {},
      onEnd() {},
      forceFlush: async () => void calls.push('flush'),
      shutdown: async () => void calls.push('shutdown'),
    };
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    const proxy = new ProxyTracerProvider();
    proxy.setDelegate(provider);
    await new ProviderFlush(provider).forceFlush();
    await new ProviderFlush(proxy).shutdown();
    expect(calls).toEqual(['flush', 'flush']);
  });

  it('accepts a provider that cannot be flushed', async () => {
    await new ProviderFlush({ getTracer: () => ({}) as never }).forceFlush();
  });
});
