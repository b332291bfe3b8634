import type { ModulesContainer } from '@nestjs/core';
import { keepIdentity } from '../decorators/keep-identity.js';
import type { Diagnostics } from '../diagnostics.js';
import { memberOf, replaceMember } from '../operation/index.js';
import { type Method, methodsOfPrototype, type PrototypeMethod } from './prototype-methods.js';
import { visitInstances } from './provider-instances.js';

/** A method of a provider or controller, which other code of Nest calls. */
export interface ProviderMethod {
  /** The object that has or inherits the method: the instance, or the prototype of request-scoped classes. */
  readonly target: object;
  /** True for a prototype, which all applications of the process share. */
  readonly isPrototype: boolean;
  readonly key: string;
  readonly function: Method;
  /** Such as `OrdersService.place`. */
  readonly name: string;
  /** The class of the instance. */
  readonly metatype: object;
}

/**
 * Calls `visit` once for each method of each provider and controller. If `visit` throws, the error is
 * reported, and the next instance is visited.
 *
 * @param trouble the fixed text of the report
 */
export function visitMethods(
  modules: ModulesContainer,
  diagnostics: Diagnostics,
  trouble: string,
  visit: (method: ProviderMethod) => void,
): void {
  const methodsOf = new Map<object, readonly PrototypeMethod[]>();
  const visited = new Set<object>();
  visitInstances(modules, diagnostics, trouble, (instance, isStatic) => {
    const metatype = memberOf(instance, 'constructor');
    if (typeof metatype !== 'function' || metatype === Object) return;
    const prototype = Object.getPrototypeOf(instance) as object | null;
    if (prototype === null) return;
    let methods = methodsOf.get(prototype);
    if (methods === undefined) {
      methods = methodsOfPrototype(prototype);
      methodsOf.set(prototype, methods);
    }
    if (methods.length === 0) return;
    const isPrototype = !isStatic();
    const target = isPrototype ? prototype : instance;
    if (visited.has(target)) return;
    visited.add(target);
    for (const { key, function: method } of methods) {
      const name = `${metatype.name}.${key}`;
      visit({ target, isPrototype, key, function: method, name, metatype });
    }
  });
}

/** Marks the methods that hooks have put in the place of others, and whose calls they trace. */
const replacements = new WeakSet<object>();

/** Whether a hook of this library has put the method in the place of another one, and traces its calls. */
export function isReplacement(method: object): boolean {
  return replacements.has(method);
}

/** By function that the option `providers` has put in the place of a method. */
const originals = new WeakMap<object, Method>();

/** Notes that `traced` is the method `original` with spans of the option `providers`. */
export function setOriginal(traced: Method, original: Method): void {
  originals.set(traced, original);
}

/**
 * Returns a method without the spans of the option `providers`. A hook that makes spans of its own calls this one:
 * a call has one span. Several applications can have traced the method, each one the function of the other.
 */
export function originalOf(method: Method): Method {
  let found = method;
  for (let next = originals.get(found); next !== undefined; next = originals.get(found)) {
    found = next;
  }
  return found;
}

/**
 * Replaces a method by `replacement`, which gets the name, the metadata and the other properties of the
 * original. Other instances of the class keep the original.
 *
 * @param isTracing whether the replacement makes the spans of the calls
 * @returns a function that restores the method, unless other code has replaced it since
 * @throws TypeError if the target is frozen
 */
export function replaceKeepingIdentity(
  { target, key, function: original }: Pick<ProviderMethod, 'target' | 'key' | 'function'>,
  replacement: Method,
  isTracing = true,
): () => void {
  if (isTracing) replacements.add(replacement);
  return replaceMember(target, key, keepIdentity(replacement, original));
}
