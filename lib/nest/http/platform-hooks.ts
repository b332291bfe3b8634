import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpServerHandler } from '../../http/index.js';
import { ROUTE_HANDLER } from '../../http/server/index.js';

/** What Nest's adapters have in common, as far as hooks need it. */
export interface HookableAdapter {
  getType(): string;
  getHttpServer(): unknown;
  getInstance(): unknown;
  use(middleware: (request: never, response: never, next: () => void) => void): unknown;
}

/** What is hung on a platform. */
export interface PlatformHooks {
  /**
   * Hangs the hooks on the adapter, which registers its own parsers and routes later. Hooks cannot be
   * taken back.
   *
   * @returns what makes them do nothing any more
   */
  attach(adapter: HookableAdapter, handler: HttpServerHandler): () => void;
  /** True where requests must be met at the server itself, because the hooks see too few of them. */
  readonly wrapsServerRequests: boolean;
}

/** The hooks for a platform, by what its adapter says it is. */
export function platformHooksOf(adapter: HookableAdapter): PlatformHooks {
  switch (adapter.getType()) {
    case 'express':
      return EXPRESS;
    case 'fastify':
      return FASTIFY;
    default:
      return OTHER;
  }
}

/** Middleware that is registered this early comes before all others: it sees every request. */
const EXPRESS: PlatformHooks = {
  wrapsServerRequests: false,
  attach(adapter, handler) {
    let isActive = true;
    adapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      if (isActive) handler.run(request, response, next);
      else next();
    });
    return () => {
      isActive = false;
    };
  },
};

type FastifyHook = (
  request: FastifyPart<IncomingMessage>,
  reply: FastifyPart<ServerResponse>,
  done: () => void,
) => void;
interface FastifyPart<T> {
  readonly raw: T;
}
interface FastifyRoute {
  readonly handler: unknown;
  config?: object;
}
interface Fastify {
  addHook(name: 'onRequest' | 'preValidation', hook: FastifyHook): unknown;
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
}

/**
 * Nest's adapter has hooks of its own before ours, which answer CORS preflights and whatever comes
 * while the application shuts down, and middleware that runs before ours; malformed URLs reach no hook
 * at all. So requests are met at the server. The hooks here add what only Fastify knows, and see
 * requests that come past the server: `inject`, serverless platforms, further addresses it listens on.
 */
const FASTIFY: PlatformHooks = {
  wrapsServerRequests: true,
  attach(adapter, handler) {
    let isActive = true;
    const fastify = adapter.getInstance() as Fastify;
    fastify.addHook('onRoute', (route) => {
      route.config = { ...route.config, [ROUTE_HANDLER]: route.handler };
    });
    fastify.addHook('onRequest', (request, reply, done) => {
      if (isActive) handler.run(request.raw, reply.raw, done, request, reply);
      else done();
    });
    // Between the two lies the body, whose stream may lose the context.
    fastify.addHook('preValidation', (_request, reply, done) => {
      handler.resume(reply.raw, done);
    });
    return () => {
      isActive = false;
    };
  },
};

/** A platform we know nothing about: its requests have spans, but without a route. */
const OTHER: PlatformHooks = {
  wrapsServerRequests: true,
  attach: () => () => {},
};
