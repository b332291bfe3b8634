import type { ModulesContainer } from '@nestjs/core';
import type { Diagnostics } from '../diagnostics.js';

/**
 * Calls `visit` once with each object that Nest has made or was given: providers, controllers, guards,
 * pipes, interceptors and filters of all modules.
 *
 * The objects are the application's, and it must start whatever they are. So look into them with
 * {@link fieldsOf} and {@link memberOf} only: getters may connect to servers, and traps of a Proxy may
 * throw. What `visit` throws is reported, and the next object is visited.
 *
 * @param trouble what is reported then, a fixed sentence
 */
export function visitInstances(
  modules: ModulesContainer,
  diagnostics: Diagnostics,
  trouble: string,
  visit: (instance: object) => void,
): void {
  const seen = new Set<unknown>();
  for (const { providers, controllers, injectables } of modules.values()) {
    for (const wrappers of [providers, controllers, injectables]) {
      for (const { instance } of wrappers.values()) {
        if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
        seen.add(instance);
        try {
          visit(instance);
        } catch (error) {
          diagnostics.report(trouble, error);
        }
      }
    }
  }
}

/**
 * The values of an object's own fields, without running accessors; not the elements of arrays and
 * buffers, of which there may be millions. None for an object that refuses to be read.
 */
export function fieldsOf(instance: object): unknown[] {
  try {
    if (Array.isArray(instance) || ArrayBuffer.isView(instance)) return [];
    return Object.values(Object.getOwnPropertyDescriptors(instance)).map(({ value }) => value);
  } catch {
    return [];
  }
}

/**
 * A field or method of an object, its own or an inherited one, without running accessors.
 *
 * @returns undefined where there is none, for an accessor, and for an object that refuses to be read
 */
export function memberOf(instance: object, key: string): unknown {
  try {
    let owner: object | null = instance;
    while (owner !== null) {
      const descriptor = Object.getOwnPropertyDescriptor(owner, key);
      if (descriptor !== undefined) return descriptor.value;
      owner = Object.getPrototypeOf(owner);
    }
  } catch {
    // The trap of a Proxy has thrown.
  }
  return undefined;
}
