import 'reflect-metadata';
import { contextStorage } from '../../context/index.js';
import {
  contextToEnter,
  type HttpServerOperation,
  type MatchedRoute,
  matchedRoute,
  operationOf,
  REPORTS_ROUTE,
} from '../../http/server/index.js';
import { isUntracedRoute } from '../untraced-route.js';
import { observeBody } from './observe-body.js';
import { routeFunctionNameOf } from './route-functions.js';

/** The methods of Nest's adapters that register routes. */
const ROUTE_METHODS = [
  'all',
  'get',
  'post',
  'head',
  'delete',
  'put',
  'patch',
  'options',
  'search',
  'query',
  'propfind',
  'proppatch',
  'mkcol',
  'copy',
  'move',
  'lock',
  'unlock',
] as const;

/**
 * Wraps the functions that Nest and the application register on a platform: handlers of routes, middleware, and the
 * handlers of unknown routes and errors. They then run in the context of their request, also if something before
 * them has lost it, such as a session store that calls `next` from a connection pool. Operations hear of failures of
 * the streams that answer their requests.
 *
 * It replaces methods of one adapter object, before Nest registers anything.
 *
 * @param reportsRoutes true to report to the operation which route a request enters
 * @param ignorePath is told the path of each route whose requests are not traced
 * @returns a function that restores the methods
 */
export function wrapAdapter(
  adapter: object,
  reportsRoutes: boolean,
  ignorePath: (path: string) => void = () => {},
): () => void {
  const undo: (() => void)[] = [];
  const replace = (name: string, replacement: (original: AnyFunction) => AnyFunction): void => {
    const target = adapter as Record<string, unknown>;
    const original = target[name];
    if (typeof original !== 'function') return;
    const hadOwn = Object.hasOwn(target, name);
    const own = replacement(original as AnyFunction);
    target[name] = own;
    undo.push(() => {
      if (target[name] !== own) return;
      if (hadOwn) target[name] = original;
      else delete target[name];
    });
  };

  for (const method of ROUTE_METHODS) {
    replace(method, (original) => registeringRoute(original, reportsRoutes, ignorePath));
  }
  replace('use', using);
  replace('createMiddlewareFactory', creatingMiddlewareFactory);
  replace('setNotFoundHandler', settingHandler);
  replace('setErrorHandler', settingErrorHandler);
  replace('reply', replying);
  return () => {
    for (const step of undo) step();
  };
}

type AnyFunction = (this: unknown, ...values: unknown[]) => unknown;

/** The parameters of a handler: on Fastify, `raw` is Node's response, and there is no `next`. */
type Request = { readonly baseUrl?: unknown };
type Response = object & { readonly raw?: object; readonly headersSent?: boolean };
type Next = (error?: unknown) => void;
type Handler = (this: unknown, request: Request, response: Response, next?: Next) => unknown;

function registeringRoute(
  original: AnyFunction,
  reportsRoutes: boolean,
  ignorePath: (path: string) => void,
): AnyFunction {
  return function (...values) {
    const last = values.length - 1;
    const handler = values[last];
    // With a single argument, Express returns a setting.
    if (last >= 1 && typeof handler === 'function') {
      const functionName = routeFunctionNameOf(handler);
      const path = values[0];
      if (typeof path === 'string' && isUntracedRoute(handler)) ignorePath(path);
      const route =
        reportsRoutes && typeof path === 'string' ? matchedRoute(path, functionName) : undefined;
      values[last] = likeOriginal(
        handler,
        inRoute(handler as Handler, route),
        functionName ?? handler.name,
      );
    }
    return Reflect.apply(original, this, values);
  };
}

/** On Fastify, the adapter returns a promise of the factory. */
function creatingMiddlewareFactory(original: AnyFunction): AnyFunction {
  const wrap = (register: unknown): unknown =>
    function (this: unknown, ...values: unknown[]): unknown {
      const [path, middleware] = values;
      if (typeof middleware === 'function') {
        const wrapped = inMiddleware(middleware as Handler);
        values = [path, likeOriginal(middleware, wrapped, middleware.name)];
      }
      return Reflect.apply(register as AnyFunction, this, values);
    };
  return function (...values) {
    const factory = Reflect.apply(original, this, values);
    return factory instanceof Promise ? factory.then(wrap) : wrap(factory);
  };
}

/** Middleware of the platform, such as that of `app.use`, alone or in arrays and after paths. */
function using(original: AnyFunction): AnyFunction {
  return function (...values) {
    return Reflect.apply(original, this, values.map(enteringAgain));
  };
}

/** Applications and routers stay as they are: Express recognises them by their members. */
function enteringAgain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(enteringAgain);
  if (typeof value !== 'function' || 'handle' in value || REPORTS_ROUTE in value) return value;
  const middleware = value as AnyFunction;
  // Express recognises handlers of errors by their four parameters.
  const responseIndex = middleware.length === 4 ? 2 : 1;
  const wrapper: AnyFunction = function (...values) {
    const context = contextToEnter(nodeResponseOf(values[responseIndex] as Response));
    return context === undefined
      ? Reflect.apply(middleware, this, values)
      : contextStorage.call(context, middleware as never, this, values);
  };
  Object.defineProperty(wrapper, 'length', { configurable: true, value: middleware.length });
  return likeOriginal(middleware, wrapper, middleware.name);
}

function settingHandler(original: AnyFunction): AnyFunction {
  return function (handler, ...others) {
    const wrapped =
      typeof handler === 'function' ? inRoute(handler as Handler, undefined) : handler;
    return Reflect.apply(original, this, [wrapped, ...others]);
  };
}

function settingErrorHandler(original: AnyFunction): AnyFunction {
  return function (handler, ...others) {
    const wrapped = typeof handler === 'function' ? inError(handler as AnyFunction) : handler;
    return Reflect.apply(original, this, [wrapped, ...others]);
  };
}

function replying(original: AnyFunction): AnyFunction {
  return function (...values) {
    const [response, body] = values;
    if (canBeStream(body)) {
      const nodeResponse = nodeResponseOf(response as Response);
      const operation = nodeResponse && operationOf(nodeResponse);
      if (operation?.isObserved) observeBody(body, operation);
    }
    return Reflect.apply(original, this, values);
  };
}

/** False for most answers. Adapters read the prototype of a body too, by `instanceof`. */
function canBeStream(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const prototype: unknown = Object.getPrototypeOf(body);
  return prototype !== Object.prototype && prototype !== Array.prototype;
}

/** Express recognises handlers of errors by their four parameters. */
function inError(handler: AnyFunction): AnyFunction {
  return function (error, request, response, next) {
    const context = contextToEnter(nodeResponseOf(response as Response));
    return context === undefined
      ? handler.call(this, error, request, response, next)
      : contextStorage.call(context, handler as never, this, [error, request, response, next]);
  };
}

/**
 * A handler as the handler of a route. Guards, pipes and interceptors run inside of it, and so does Nest's
 * search for the filter of an exception.
 */
function inRoute(handler: Handler, route: MatchedRoute | undefined): Handler {
  return reporting(function (request, response, next) {
    const nodeResponse = nodeResponseOf(response);
    let proceed = next;
    if (route !== undefined && nodeResponse !== undefined) {
      const operation = operationOf(nodeResponse);
      if (operation?.isObserved) {
        const { baseUrl } = request;
        operation.enterRoute(route, typeof baseUrl === 'string' ? baseUrl : '');
        if (next !== undefined) proceed = leavingRoute(operation, response, next);
      }
    }
    const context = contextToEnter(nodeResponse);
    return context === undefined
      ? handler.call(this, request, response, proceed)
      : contextStorage.call(context, handler as never, this, [request, response, proceed]);
  });
}

/** A route that calls `next` without an error, such as one for another version, does not count. */
function leavingRoute(operation: HttpServerOperation, response: Response, next: Next): Next {
  return (error) => {
    const isPassedOn = !error || error === 'route' || error === 'router';
    if (isPassedOn && response.headersSent !== true) operation.leaveRoute();
    next(error);
  };
}

function inMiddleware(middleware: Handler): Handler {
  return reporting(function (request, response, next) {
    const nodeResponse = nodeResponseOf(response);
    const operation = nodeResponse && operationOf(nodeResponse);
    const proceed =
      operation === undefined || next === undefined
        ? next
        : (...values: [error?: unknown]): void => {
            // A later middleware can lose the context that this one has entered.
            operation.keepBaggage();
            next(...values);
          };
    const context = contextToEnter(nodeResponse);
    return context === undefined
      ? middleware.call(this, request, response, proceed)
      : contextStorage.call(context, middleware as never, this, [request, response, proceed]);
  });
}

/** Handlers of an unknown platform can have other parameters. */
function nodeResponseOf(response: Response | null | undefined): object | undefined {
  if (typeof response !== 'object' || response === null) return undefined;
  return response.raw ?? response;
}

function reporting(handler: Handler): Handler {
  return Object.defineProperty(handler, REPORTS_ROUTE, { value: true });
}

/**
 * Adapters read the version and the metadata from handlers. Nest 11 does not name them after their
 * method, and its Fastify adapter copies the name only.
 */
function likeOriginal<F extends object>(original: object, wrapper: F, name: string): F {
  Object.assign(wrapper, original);
  for (const key of Reflect.getMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
  }
  return Object.defineProperty(wrapper, 'name', { configurable: true, value: name });
}
