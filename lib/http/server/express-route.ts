import { isCatchAll } from './matched-route.js';

/**
 * Marks functions that Express calls but that say themselves when a request enters a route. The state
 * of Express says nothing about them: it names a route also if only a middleware of Nest matched.
 */
export const REPORTS_ROUTE = Symbol('nestjs-traced reports route');

/** The part of Express' request that shows the current position in the routers. */
interface ExpressRequest {
  /** The last route that matched. It stays set when the route passes the request on. */
  readonly route?: Route;
  /** The part of the path that the routers around the current position have removed. */
  readonly baseUrl?: unknown;
  readonly originalUrl?: unknown;
  readonly app?: Application;
}

interface Application {
  readonly parent?: Application;
  readonly router?: { readonly stack?: readonly Layer[] };
}

interface Route {
  readonly path?: unknown;
  readonly stack?: readonly { readonly handle?: unknown }[];
}

/** A layer of the package `router`: a route, a router or a middleware. */
interface Layer {
  readonly handle: ((...values: never[]) => unknown) & { readonly stack?: readonly Layer[] };
  readonly route?: Route;
  /** True for a layer at `/` that matches every path. */
  readonly slash?: boolean;
  /** Since `router` 2.3 it returns an object; before, the result is in `path` and `keys`. */
  match(path: string): boolean | { readonly path: string; readonly pattern: unknown };
  readonly path?: string;
  readonly keys?: readonly unknown[];
  readonly matchers?: readonly { readonly name: string }[];
}

/**
 * The position of a router in the path of a request. `base` is the text of the path, and `template` its
 * pattern; undefined if the pattern is not known and the text can contain values of parameters.
 */
interface Mount {
  readonly base: string;
  readonly template: string | undefined;
}

const ROOT: Mount = { base: '', template: '' };

/** Routers can contain themselves, even several times. */
const MAX_DEPTH = 10;

/**
 * Returns the template of the Express route that handled a request: a route of the application that
 * Nest did not register, or the path of a mounted handler such as `/graphql`.
 *
 * Express only tells the last route and the removed part of the path, and changes both when a handler
 * calls `next`. The template is therefore found in the tree of routers, by the route object. Nothing is
 * registered in Express, and requests that are not recorded cost nothing.
 *
 * @param request any request; it need not be one of Express
 * @param hasFailed true if the response says that a handler failed: then an error handler has answered,
 *   outside of the route
 * @returns undefined if no route handled the request, or if its template is not known
 */
export function expressRouteOf(request: unknown, hasFailed: boolean): string | undefined {
  const { route, baseUrl, originalUrl, app } = request as ExpressRequest;
  const stack = rootStackOf(app);
  if (stack === undefined) return undefined;
  const base = typeof baseUrl === 'string' ? baseUrl : '';
  const path = pathOf(originalUrl);
  if (route !== undefined && !reportsRoute(route)) {
    const found = findRoute(stack, route, path, 0);
    if (found !== undefined && isCurrent(found.base, base, hasFailed)) {
      return unlessCatchAll(found.template);
    }
  }
  return base === '' ? undefined : unlessCatchAll(mountOf(stack, base, path));
}

function unlessCatchAll(template: string | undefined): string | undefined {
  return template === undefined || isCatchAll(template) ? undefined : template;
}

/**
 * Returns the complete template of a route in an application that is mounted at a path.
 *
 * @param mountPath the text of this path, as `baseUrl` of the request had it in the route
 * @returns undefined if the template of `mountPath` is not known
 */
export function expressMountedRouteOf(
  request: unknown,
  mountPath: string,
  template: string,
): string | undefined {
  const { originalUrl, app } = request as ExpressRequest;
  const stack = rootStackOf(app);
  return stack && join(mountOf(stack, mountPath, pathOf(originalUrl)), template);
}

/** Express restores the base path when a handler calls `next`, for example with an error. */
function isCurrent(baseOfRoute: string, base: string, hasFailed: boolean): boolean {
  if (baseOfRoute === base) return true;
  return hasFailed && (base === '' || baseOfRoute.startsWith(`${base}/`));
}

function rootStackOf(app: Application | undefined): readonly Layer[] | undefined {
  let root = app;
  for (let depth = 0; root?.parent !== undefined && depth < MAX_DEPTH; depth++) root = root.parent;
  const stack = root?.router?.stack;
  return Array.isArray(stack) ? stack : undefined;
}

/** Finds a route below routers that match the path. */
function findRoute(
  stack: readonly Layer[],
  route: Route,
  path: string,
  depth: number,
): Mount | undefined {
  for (const layer of stack) {
    if (layer.route === route && (depth === 0 || matches(layer, path))) {
      return { base: '', template: textOfRoute(layer, route, path) };
    }
    const inner = routerIn(layer);
    if (inner === undefined || depth === MAX_DEPTH) continue;
    const mount = matchMount(layer, path);
    const found = mount && findRoute(inner, route, path.slice(mount.base.length) || '/', depth + 1);
    if (mount === undefined || found === undefined) continue;
    return { base: mount.base + found.base, template: join(mount.template, found.template) };
  }
  return undefined;
}

/**
 * Returns the template of the mounted handler or application at a base path. Several can match, and
 * Express does not tell which of them has answered: then one whose template has no parameters is
 * preferred.
 */
function mountOf(stack: readonly Layer[], base: string, path: string): string | undefined {
  const templates = new Set<string | undefined>();
  collectMounts(stack, base, path, '', templates, 0);
  for (const template of templates) {
    if (template?.toLowerCase() === base.toLowerCase()) return template;
  }
  return templates.size === 1 ? [...templates][0] : undefined;
}

function collectMounts(
  stack: readonly Layer[],
  base: string,
  path: string,
  prefix: string | undefined,
  templates: Set<string | undefined>,
  depth: number,
): void {
  for (const layer of stack) {
    if (layer.route !== undefined) continue;
    const mount = matchMount(layer, path);
    if (mount === undefined || !isBelow(base, mount.base)) continue;
    const rest = base.slice(mount.base.length);
    const template = join(prefix, mount.template);
    const inner = routerIn(layer);
    if (inner !== undefined) {
      const innerPath = path.slice(mount.base.length) || '/';
      if (depth < MAX_DEPTH) {
        collectMounts(inner, rest, innerPath, template, templates, depth + 1);
      }
    } else if (rest === '' && layer.handle.length < 4 && !isMarked(layer.handle)) {
      // A function with four parameters handles errors.
      templates.add(template);
    }
  }
}

function isBelow(path: string, base: string): boolean {
  return path.startsWith(base) && (path.length === base.length || path[base.length] === '/');
}

function routerIn(layer: Layer): readonly Layer[] | undefined {
  return layer.route === undefined && Array.isArray(layer.handle.stack)
    ? layer.handle.stack
    : undefined;
}

/** Compares a layer with the beginning of a path. */
function matchMount(layer: Layer, path: string): Mount | undefined {
  if (layer.slash === true) return ROOT;
  const match = matches(layer, path);
  if (match === false) return undefined;
  const base = withoutTrailingSlash(match === true ? (layer.path ?? '') : match.path);
  if (!isBelow(path, base)) return undefined;
  if (match === true) return { base, template: isLiteral(layer) ? base.toLowerCase() : undefined };
  const { pattern } = match;
  const template = typeof pattern === 'string' ? withoutTrailingSlash(pattern) : String(pattern);
  return { base, template };
}

/** Before `router` 2.3, layers do not keep their patterns: the text of a path without parameters is one. */
function isLiteral({ keys, matchers }: Layer): boolean {
  return keys?.length === 0 && matchers?.every(({ name }) => name !== 'regexpMatcher') === true;
}

function textOfRoute(layer: Layer, { path: pattern }: Route, path: string): string {
  const match = Array.isArray(pattern) ? matches(layer, path) : false;
  return String(typeof match === 'object' ? match.pattern : pattern);
}

function matches(layer: Layer, path: string): ReturnType<Layer['match']> {
  try {
    return layer.match(path);
  } catch {
    // A parameter that cannot be decoded.
    return false;
  }
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function join(prefix: string | undefined, template: string | undefined): string | undefined {
  if (prefix === undefined || template === undefined) return undefined;
  return template === '/' && prefix !== '' ? prefix : prefix + template;
}

/** Without the query. The base path is a part of the path as the client sent it. */
function pathOf(target: unknown): string {
  const text = typeof target === 'string' ? target : '';
  const withoutOrigin = text.startsWith('/') ? text : text.replace(/^https?:\/\/[^/?#]*/i, '');
  const end = withoutOrigin.search(/[?#]/);
  return (end < 0 ? withoutOrigin : withoutOrigin.slice(0, end)) || '/';
}

function reportsRoute({ stack }: Route): boolean {
  return stack?.some(({ handle }) => isMarked(handle)) === true;
}

function isMarked(handle: unknown): boolean {
  return typeof handle === 'function' && REPORTS_ROUTE in handle;
}
