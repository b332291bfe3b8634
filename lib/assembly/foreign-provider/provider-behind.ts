import { ProxyTracerProvider, type TracerProvider } from '@opentelemetry/api';

/**
 * The provider that makes the spans: `trace.getTracerProvider()` of the API returns a stand-in for the
 * registered one.
 */
export function providerBehind(provider: TracerProvider): TracerProvider {
  const { getDelegate } = provider as Partial<ProxyTracerProvider>;
  return typeof getDelegate === 'function' ? getDelegate.call(provider) : provider;
}

/** Whether the provider is the API's stand-in, and no SDK is registered behind it. */
export function isWithoutSdk(provider: TracerProvider): boolean {
  const behind = providerBehind(provider);
  if (behind === provider) return false;
  // Copies of the API have classes of their own, and bundles can change names.
  return behind.constructor === NOOP_PROVIDER || behind.constructor.name === 'NoopTracerProvider';
}

const NOOP_PROVIDER = new ProxyTracerProvider().getDelegate().constructor;
