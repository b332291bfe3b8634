import 'reflect-metadata';
import type { ControllerMethod } from '../controller-methods.js';

/** What Nest's `@Get()` and the like write on a method. */
const PATH_METADATA = 'path';
const METHOD_METADATA = 'method';

/** What we write on a method: its name with its class. */
const FUNCTION_NAME_METADATA = 'nestjs-traced:function-name';

/** Those that answer requests, each once. */
export function routeMethodsOf(methods: readonly ControllerMethod[]): ControllerMethod[] {
  const found = new Map<object, ControllerMethod>();
  for (const method of methods) {
    if (!isRoute(method.function)) continue;
    const known = found.get(method.function);
    found.set(method.function, known === undefined ? method : inBoth(known, method));
  }
  return [...found.values()];
}

/**
 * Writes on each method what it is called. Nest copies all metadata of a method onto the function that
 * it gives to the platform, from where {@link routeFunctionNameOf} reads it when a request is over: so
 * knowing it costs a request nothing. Writing it again changes nothing; it may stay when the
 * application has closed.
 */
export function nameRouteFunctions(methods: Iterable<ControllerMethod>): void {
  for (const { function: method, name } of methods) {
    Reflect.defineMetadata(FUNCTION_NAME_METADATA, name, method);
  }
}

const nameOfHandler = new WeakMap<object, string | undefined>();

/**
 * What the function that a platform calls for a route is called.
 *
 * @returns undefined for functions that Nest did not register
 */
export function routeFunctionNameOf(handler: object): string | undefined {
  const known = nameOfHandler.get(handler);
  if (known !== undefined || nameOfHandler.has(handler)) return known;
  const name = readName(handler);
  nameOfHandler.set(handler, name);
  return name;
}

function readName(handler: object): string | undefined {
  // Nest 12 names most of these functions so, after the very controller. Its Fastify adapter wraps
  // those with parameters in the path and copies the name only.
  const { name } = handler as { name?: unknown };
  if (typeof name === 'string' && /^[^.\s]+\.[^.\s]+$/.test(name)) return name;
  const written: unknown = Reflect.getMetadata(FUNCTION_NAME_METADATA, handler);
  return typeof written === 'string' ? written : undefined;
}

function isRoute(method: object): boolean {
  return Reflect.hasMetadata(PATH_METADATA, method) && Reflect.hasMetadata(METHOD_METADATA, method);
}

/** One function cannot be called after two controllers, but after the class they have it from. */
function inBoth(known: ControllerMethod, other: ControllerMethod): ControllerMethod {
  return known.name === other.name ? known : { ...known, name: known.declaringName };
}
