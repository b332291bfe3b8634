import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type HttpServerHandler,
  type HttpServerOperation,
  type MatchedRoute,
  matchedRoute,
} from '../../http/server/index.js';
import { routeFunctionNameOf } from './route-functions.js';
import { wrapAdapter } from './wrap-adapter.js';
import { wrapFastifyHooks } from './wrap-fastify-hooks.js';

/** The members of Nest's adapters that the hooks use. */
export interface HookableAdapter {
  getType(): string;
  getHttpServer(): unknown;
  getInstance(): unknown;
  use(middleware: (request: never, response: never, next: () => void) => void): unknown;
}

/**
 * Installs the hooks of a platform, which see requests that do not come from the application's own
 * server: from `inject`, bridges to serverless platforms, a server around the application or further
 * addresses. Call it before the adapter registers parsers and routes.
 *
 * @returns a function after which the hooks do nothing; hooks of a platform cannot be removed
 */
export function hookPlatform(adapter: HookableAdapter, handler: HttpServerHandler): () => void {
  const type = adapter.getType();
  const state = { isActive: true };
  let unwrapInstance = (): void => {};
  if (type === 'express') hookExpress(adapter, handler, state);
  else if (type === 'fastify') {
    const fastify = adapter.getInstance() as Fastify;
    hookFastify(fastify, handler, state);
    unwrapInstance = wrapFastifyHooks(fastify);
  }
  // Fastify tells the route before the handler runs.
  const unwrapAdapter = wrapAdapter(adapter, type !== 'fastify', (path) =>
    handler.ignorePath(path),
  );
  return () => {
    state.isActive = false;
    unwrapAdapter();
    unwrapInstance();
  };
}

/**
 * Gives each request of a server to `handler` before any other listener: it replaces `emit` of this one
 * server object. So requests that the platform answers before its hooks have spans, such as malformed URLs
 * on Fastify, and those of listeners before the platform, such as routes of an Express application
 * that existed before Nest, or long polling of socket.io.
 *
 * @returns a function that undoes it
 */
export function hookServer(server: EventEmitter, handler: HttpServerHandler): () => void {
  const hadOwnEmit = Object.hasOwn(server, 'emit');
  const originalEmit = server.emit;
  let isActive = true;
  const emit: EventEmitter['emit'] = function (this: EventEmitter, ...values): boolean {
    const proceed = (): boolean => Reflect.apply(originalEmit, this, values);
    if (values[0] !== 'request' || !isActive) return proceed();
    return handler.run(values[1] as IncomingMessage, values[2] as ServerResponse, proceed);
  };
  server.emit = emit;
  return () => {
    isActive = false;
    // If another tool has wrapped it, ours is still called, and only calls the original.
    if (server.emit !== emit) return;
    if (hadOwnEmit) server.emit = originalEmit;
    else delete (server as { emit?: unknown }).emit;
  };
}

interface HookState {
  isActive: boolean;
}

/** A middleware that is registered this early runs before all others of the application. */
function hookExpress(adapter: HookableAdapter, handler: HttpServerHandler, state: HookState): void {
  adapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (state.isActive) handler.run(request, response, next);
    else next();
  });
}

/** The key of the route in the route's `config`, which the requests of the route can read. */
const ROUTE = Symbol('nestjs-traced route');

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly is404: boolean;
  readonly routeOptions: { readonly config?: { readonly [ROUTE]?: MatchedRoute } };
}
interface FastifyReply {
  readonly raw: ServerResponse;
}
interface FastifyRoute {
  readonly url: string;
  readonly handler: object;
  config?: object;
}
interface Fastify {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void,
  ): unknown;
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
}

function hookFastify(fastify: Fastify, handler: HttpServerHandler, state: HookState): void {
  fastify.addHook('onRoute', (route) => {
    const matched = matchedRoute(route.url, routeFunctionNameOf(route.handler));
    if (matched !== undefined) route.config = { ...route.config, [ROUTE]: matched };
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!state.isActive || isUpgraded(request.raw)) return done();
    const operation = handler.begin(request.raw, reply.raw);
    if (operation?.isObserved) noteRoute(operation, request, reply);
    handler.run(request.raw, reply.raw, done);
  });
}

/**
 * True for a request that Fastify routes to a WebSocket: its response closes with the socket, and its span would be
 * open for as long. Other platforms do not route such requests.
 */
function isUpgraded(request: IncomingMessage & { readonly upgrade?: unknown }): boolean {
  return request.upgrade === true;
}

function noteRoute(
  operation: HttpServerOperation,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  operation.setPlatformResponse(reply.raw, reply);
  const route = request.is404 ? undefined : request.routeOptions.config?.[ROUTE];
  if (route !== undefined) operation.enterRoute(route);
}
