export { HttpServerHandler } from './http-server-handler.js';
export { HttpServerOperation } from './http-server-operation.js';
export type { HttpServerIgnoreRule, HttpServerOptions } from './http-server-options.js';
export { ROUTE_HANDLER } from './matched-route.js';
