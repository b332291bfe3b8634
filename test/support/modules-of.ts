import type { ModulesContainer } from '@nestjs/core';

/** Modules of Nest with these providers, of which none is request-scoped unless it is listed. */
export function modulesOf(
  instances: readonly unknown[],
  requestScoped: readonly unknown[] = [],
): ModulesContainer {
  const wrapperOf = (instance: unknown) => ({
    instance,
    isDependencyTreeStatic: () => !requestScoped.includes(instance),
  });
  const providers = new Map(instances.map((instance, index) => [index, wrapperOf(instance)]));
  const module = { providers, controllers: new Map(), injectables: new Map() };
  return new Map([['module', module]]) as never;
}
