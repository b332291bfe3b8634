export { EVENT_PROVIDERS } from './event-providers.js';
