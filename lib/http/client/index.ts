export type { TracedFetchInit } from './fetch-request.js';
export type {
  HttpClientIgnoreRule,
  HttpClientOptions,
  HttpOriginRule,
  OutgoingHttpRequest,
} from './http-client-options.js';
export { configureHttpClient } from './http-client-settings.js';
export {
  createTracedFetch,
  type TracedFetch,
  type TracedFetchOptions,
  tracedFetch,
} from './traced-fetch.js';
