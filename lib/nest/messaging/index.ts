export { MESSAGING_PROVIDERS } from './messaging-providers.js';
