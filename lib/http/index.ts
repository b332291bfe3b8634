export {
  createTracedFetch,
  type HttpCall,
  type HttpClientIgnoreRule,
  type HttpClientOptions,
  type HttpOriginRule,
  type IncomingHttpResponse,
  type OutgoingHttpRequest,
  type TracedFetch,
  type TracedFetchInit,
  type TracedFetchOptions,
  tracedFetch,
  traceHttpCall,
  withUrlTemplate,
} from './client/index.js';
export type { HttpTracingOptions } from './http-options.js';
export {
  HttpServerHandler,
  type HttpServerIgnoreRule,
  HttpServerOperation,
  type HttpServerOptions,
} from './server/index.js';
