import { types } from 'node:util';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { memberOf } from '../../operation/index.js';
import type { ProviderClass } from './provider-span-options.js';

/** A provider or controller whose methods can be traced. */
export interface Candidate {
  readonly providerClass: ProviderClass;
  readonly moduleClass: ProviderClass;
  /** False for objects that Nest has not constructed from a class: from `useValue` and `useFactory`. */
  readonly isConstructed: boolean;
  /**
   * Returns the object of a provider with one object for all, otherwise undefined. Not before all objects exist:
   * Nest would keep its answer about unknown dependencies.
   */
  readonly instance: () => object | undefined;
}

type Module = ModulesContainer extends Map<unknown, infer M> ? M : never;
type Wrapper = Module['providers'] extends Map<unknown, infer W> ? W : never;

/**
 * Returns the providers and controllers of the application, without guards, pipes, interceptors, filters and
 * middleware, without the classes of modules, and without Proxies. It reads no object that Nest has constructed
 * from a class.
 *
 * @param ownModule the module of the tracing itself, which is left out
 * @param withObjects whether objects from `useValue` and `useFactory` are included
 */
export function candidatesOf(
  modules: ModulesContainer,
  config: ApplicationConfig,
  ownModule: object,
  withObjects: boolean,
): Candidate[] {
  const enhancers = enhancerClassesOf(modules, config);
  const candidates: Candidate[] = [];
  for (const { metatype: moduleClass, providers, controllers } of modules.values()) {
    if (moduleClass === ownModule) continue;
    for (const wrapper of [...providers.values(), ...controllers.values()]) {
      const candidate = constructedOf(wrapper) ?? (withObjects ? objectOf(wrapper) : undefined);
      if (candidate === undefined) continue;
      const { providerClass } = candidate;
      if (providerClass === moduleClass || enhancers.has(providerClass)) continue;
      candidates.push({ ...candidate, moduleClass: moduleClass as ProviderClass });
    }
  }
  return candidates;
}

type Found = Omit<Candidate, 'moduleClass'>;

function constructedOf(wrapper: Wrapper): Found | undefined {
  const { metatype } = wrapper;
  if (typeof metatype !== 'function' || wrapper.isNotMetatype) return undefined;
  return {
    providerClass: metatype as ProviderClass,
    isConstructed: true,
    instance: () => {
      const instance: unknown = wrapper.isDependencyTreeStatic() ? wrapper.instance : undefined;
      return isObject(instance) ? instance : undefined;
    },
  };
}

function objectOf({ instance, isAlias }: Wrapper): Found | undefined {
  if (isAlias || !isObject(instance) || types.isProxy(instance)) return undefined;
  const providerClass = memberOf(instance, 'constructor');
  if (typeof providerClass !== 'function' || providerClass === Object) return undefined;
  return {
    providerClass: providerClass as ProviderClass,
    isConstructed: false,
    instance: () => instance,
  };
}

/** Returns the classes that Nest uses as guards, pipes, interceptors, filters and middleware. */
function enhancerClassesOf(modules: ModulesContainer, config: ApplicationConfig): Set<unknown> {
  const classes = new Set<unknown>();
  for (const { injectables, middlewares, providers } of modules.values()) {
    for (const { metatype } of injectables.values()) classes.add(metatype);
    for (const { metatype } of middlewares.values()) classes.add(metatype);
    for (const { subtype, metatype } of providers.values()) {
      if (subtype !== undefined) classes.add(metatype);
    }
  }
  const globals = [
    ...config.getGlobalGuards(),
    ...config.getGlobalPipes(),
    ...config.getGlobalInterceptors(),
    ...config.getGlobalFilters(),
  ];
  for (const enhancer of globals) {
    if (isObject(enhancer)) classes.add(memberOf(enhancer, 'constructor'));
  }
  return classes;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
