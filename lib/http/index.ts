export {
  createTracedFetch,
  type HttpClientOptions,
  type OriginRule,
  type TracedFetch,
  type TracedFetchInit,
  type TracedFetchOptions,
  tracedFetch,
} from './client/index.js';
export type { HttpOptions } from './http-options.js';
export {
  HttpServerHandler,
  HttpServerOperation,
  type HttpServerOptions,
  type IgnoreRule,
  type IncomingContext,
} from './server/index.js';
