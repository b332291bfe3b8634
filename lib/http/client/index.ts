export type { TracedFetchInit } from './fetch-request.js';
export type {
  HttpClientIgnoreRule,
  HttpClientOptions,
  HttpOriginRule,
  IncomingHttpResponse,
  OutgoingHttpRequest,
} from './http-client-options.js';
export { configureHttpClient, type HttpClientSurroundings } from './http-client-settings.js';
export { type HttpCall, traceHttpCall } from './trace-http-call.js';
export {
  createTracedFetch,
  type TracedFetch,
  type TracedFetchOptions,
  tracedFetch,
} from './traced-fetch.js';
export { withUrlTemplate } from './url-template.js';
export { watchHttpClients } from './watch-http-clients.js';
