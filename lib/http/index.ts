export {
  createTracedFetch,
  type HttpClientOptions,
  type OriginRule,
  type TracedFetch,
  type TracedFetchInit,
  type TracedFetchOptions,
  tracedFetch,
} from './client/index.js';
export type { HttpTracingOptions } from './http-options.js';
export {
  type HttpIgnoreRule,
  HttpServerHandler,
  HttpServerOperation,
  type HttpServerOptions,
  type IncomingContext,
} from './server/index.js';
