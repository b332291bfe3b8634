export { createLifecycleProviders } from './lifecycle-providers.js';
