/** What the router of a platform matched a request with. */
export interface MatchedRoute {
  /** `/orders/:id`, with all prefixes. */
  readonly template: string;
  /** True where it stands for any path, and so says nothing about the request. */
  readonly isCatchAll: boolean;
  /** The function that the platform calls, if it tells. */
  readonly handler: object | undefined;
}

/**
 * Where a Fastify hook leaves the function that a route was registered with, in the route's `config`.
 * What Fastify itself shows is a bound copy, which has none of the function's metadata.
 */
export const ROUTE_HANDLER = Symbol('nestjs-traced route handler');

/** The part of Express' request that tells about its route. */
interface ExpressRequest {
  readonly baseUrl?: unknown;
  readonly route?: { readonly path?: unknown; readonly stack?: readonly { handle?: unknown }[] };
}

/** The part of Fastify's request that tells about its route. */
interface FastifyRequest {
  readonly is404?: unknown;
  readonly routeOptions?: {
    readonly url?: unknown;
    readonly handler?: unknown;
    readonly config?: { readonly [ROUTE_HANDLER]?: unknown };
  };
}

/**
 * The route of a request of Express or Fastify, by its shape.
 *
 * @returns undefined where no route matched, as far as the platform says, or for other requests
 */
export function matchedRouteOf(request: unknown): MatchedRoute | undefined {
  if (typeof request !== 'object' || request === null) return undefined;
  if ('routeOptions' in request) return fastifyRouteOf(request as FastifyRequest);
  return expressRouteOf(request as ExpressRequest);
}

function fastifyRouteOf(request: FastifyRequest): MatchedRoute | undefined {
  if (request.is404 === true) return undefined;
  // A getter that makes an object on each call.
  const route = request.routeOptions;
  if (typeof route?.url !== 'string') return undefined;
  return {
    template: route.url,
    isCatchAll: isCatchAll(route.url),
    handler: functionOrUndefined(route.config?.[ROUTE_HANDLER] ?? route.handler),
  };
}

function expressRouteOf({ route, baseUrl }: ExpressRequest): MatchedRoute | undefined {
  const path = route?.path;
  if (path === undefined || path === null) return undefined;
  const base = typeof baseUrl === 'string' ? baseUrl : '';
  const { stack } = route as { stack?: readonly { handle?: unknown }[] };
  return {
    // A route may also be a regular expression or a list of paths.
    template: path === '/' && base !== '' ? base : `${base}${String(path)}`,
    isCatchAll: isCatchAll(String(path)),
    handler: functionOrUndefined(stack?.[stack.length - 1]?.handle),
  };
}

/** `*`, `/*`, `/*path`, `/{*path}`, `{/*path}`. */
function isCatchAll(path: string): boolean {
  return /^\/?\{?\/?\*\w*\}?$/.test(path);
}

function functionOrUndefined(value: unknown): object | undefined {
  return typeof value === 'function' ? value : undefined;
}
