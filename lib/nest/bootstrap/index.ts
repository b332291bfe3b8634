export { bootstrapProvider } from './bootstrap-providers.js';
