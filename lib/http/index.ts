export {
  createTracedFetch,
  type HttpClientIgnoreRule,
  type HttpClientOptions,
  type HttpOriginRule,
  type OutgoingHttpRequest,
  type TracedFetch,
  type TracedFetchInit,
  type TracedFetchOptions,
  tracedFetch,
} from './client/index.js';
export type { HttpTracingOptions } from './http-options.js';
export {
  HttpServerHandler,
  type HttpServerIgnoreRule,
  HttpServerOperation,
  type HttpServerOptions,
} from './server/index.js';
