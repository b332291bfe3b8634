import type { ModulesContainer } from '@nestjs/core';
import type { Diagnostics } from '../diagnostics.js';

/**
 * Calls `visit` once for each instance in the modules: providers, controllers, guards, pipes,
 * interceptors and filters.
 *
 * The instances belong to the application, and reading them must not prevent its start. Read them only
 * with {@link fieldsOf} and `memberOf`: getters can connect to servers, and traps of a Proxy can
 * throw. If `visit` throws, the error is reported and the next instance is visited.
 *
 * @param trouble the fixed text of the report
 * @param visit its second argument tells whether the container has only this instance. For request-scoped
 *   providers, the visited instance is an object with their prototype, on which no constructor ran
 */
export function visitInstances(
  modules: ModulesContainer,
  diagnostics: Diagnostics,
  trouble: string,
  visit: (instance: object, isStatic: () => boolean) => void,
): void {
  const seen = new Set<unknown>();
  for (const { providers, controllers, injectables } of modules.values()) {
    for (const wrappers of [providers, controllers, injectables]) {
      for (const wrapper of wrappers.values()) {
        const instance: unknown = wrapper.instance;
        if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
        seen.add(instance);
        try {
          visit(instance, () => wrapper.isDependencyTreeStatic());
        } catch (error) {
          diagnostics.report(trouble, error);
        }
      }
    }
  }
}

/**
 * Returns the values of an object's own fields, without running accessors. Returns an empty list for
 * arrays and buffers, which can have millions of elements, and for an object that throws when it is read.
 */
export function fieldsOf(instance: object): unknown[] {
  try {
    if (Array.isArray(instance) || ArrayBuffer.isView(instance)) return [];
    return Object.values(Object.getOwnPropertyDescriptors(instance)).map(({ value }) => value);
  } catch {
    return [];
  }
}
