import 'reflect-metadata';
import type { ControllerMethod } from '../controller-methods.js';

/** The metadata keys of Nest's `@Get()` and similar decorators. */
const PATH_METADATA = 'path';
const METHOD_METADATA = 'method';

/** The key under which we store the name of a method, with its class. */
const FUNCTION_NAME_METADATA = 'nestjs-traced:function-name';

/** Returns the methods that handle requests, each once. */
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
 * Stores the name of each method in its metadata. Nest copies the metadata of a method onto the function
 * that it registers on the platform, from which {@link routeFunctionNameOf} reads it. Repeated calls have
 * no effect, and the metadata can stay when the application closes.
 */
export function nameRouteFunctions(methods: Iterable<ControllerMethod>): void {
  for (const { function: method, name } of methods) {
    Reflect.defineMetadata(FUNCTION_NAME_METADATA, name, method);
  }
}

/**
 * Returns the name of the controller's method behind a function that a platform calls for a route.
 *
 * @returns undefined for functions that Nest has not registered
 */
export function routeFunctionNameOf(handler: object): string | undefined {
  // Nest 12 gives most functions this name, of the very controller. Its Fastify adapter wraps the
  // functions of paths with parameters, and copies the name only.
  const { name } = handler as { name?: unknown };
  if (typeof name === 'string' && /^[^.\s]+\.[^.\s]+$/.test(name)) return name;
  const stored: unknown = Reflect.getMetadata(FUNCTION_NAME_METADATA, handler);
  return typeof stored === 'string' ? stored : undefined;
}

function isRoute(method: object): boolean {
  return Reflect.hasMetadata(PATH_METADATA, method) && Reflect.hasMetadata(METHOD_METADATA, method);
}

/** A method that two controllers inherit is named after the class that declares it. */
function inBoth(known: ControllerMethod, other: ControllerMethod): ControllerMethod {
  return known.name === other.name ? known : { ...known, name: known.declaringName };
}
