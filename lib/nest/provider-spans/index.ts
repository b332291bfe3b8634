export type {
  ProviderClass,
  ProviderMethodInfo,
  ProviderRule,
  ProviderTracingOptions,
} from './provider-span-options.js';
export { providerSpanProvider } from './provider-span-providers.js';
