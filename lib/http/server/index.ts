export { REPORTS_ROUTE } from './express-route.js';
export { HttpServerHandler } from './http-server-handler.js';
export { HttpServerOperation } from './http-server-operation.js';
export type { HttpServerIgnoreRule, HttpServerOptions } from './http-server-options.js';
export { type MatchedRoute, matchedRoute } from './matched-route.js';
export { contextToEnter, operationOf } from './operation-events.js';
