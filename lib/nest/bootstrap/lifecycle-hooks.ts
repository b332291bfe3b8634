import type { ModulesContainer } from '@nestjs/core';
import type { Diagnostics } from '../../diagnostics.js';
import { memberOf } from '../../operation/index.js';

/** The hooks that Nest calls when an application starts. */
export const START_UP_HOOKS = ['onModuleInit', 'onApplicationBootstrap'] as const;

/** An instance with a hook that Nest calls when the application starts. */
export interface HookedInstance {
  readonly instance: object;
  readonly key: (typeof START_UP_HOOKS)[number];
  /** Such as `OrdersService.onModuleInit`. */
  readonly name: string;
  /** The name of the module's class. */
  readonly module: string;
}

type Module = ModulesContainer extends Map<string, infer M> ? M : never;

/**
 * Calls `visit` for each lifecycle hook that Nest calls in the modules: of providers, controllers, guards, pipes,
 * interceptors, filters, middleware and module classes. Nest calls no hooks of request-scoped instances. If
 * `visit` throws, the error is reported.
 *
 * @param isSkipped whether the hooks of a module are left out
 */
export function visitLifecycleHooks(
  modules: ModulesContainer,
  diagnostics: Diagnostics,
  isSkipped: (module: Module) => boolean,
  visit: (hook: HookedInstance) => void,
): void {
  const seen = new Set<object>();
  for (const module of modules.values()) {
    if (isSkipped(module)) continue;
    const { providers, controllers, injectables, middlewares, name } = module;
    for (const wrappers of [providers, controllers, injectables, middlewares]) {
      for (const wrapper of wrappers.values()) {
        if (!wrapper.isDependencyTreeStatic()) continue;
        const instances: unknown[] = wrapper.isTransient
          ? wrapper.getStaticTransientInstances().map((host) => host?.instance)
          : [wrapper.instance];
        for (const instance of instances) {
          if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
          seen.add(instance);
          const owner = nameOf(instance, wrapper.name);
          for (const key of START_UP_HOOKS) {
            if (typeof memberOf(instance, key) !== 'function') continue;
            try {
              visit({ instance, key, name: `${owner}.${key}`, module: name });
            } catch (error) {
              diagnostics.report('A lifecycle hook is not traced: it could not be replaced', error);
            }
          }
        }
      }
    }
  }
}

/** Returns the name of the class of an instance; for a plain object the name of its token. */
export function nameOf(instance: object, token: unknown): string {
  const metatype = memberOf(instance, 'constructor');
  if (typeof metatype === 'function' && metatype !== Object && metatype.name !== '') {
    return metatype.name;
  }
  return typeof token === 'function' ? token.name : String(token);
}
