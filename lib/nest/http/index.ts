export { HTTP_PROVIDERS } from './http-providers.js';
