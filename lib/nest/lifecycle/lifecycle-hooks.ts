import type { OnApplicationShutdown } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { LocalTracer } from '../../context/index.js';
import { isUntraced, type LifecycleStage } from '../../lifecycle/index.js';
import { memberOf, wrapMethod } from '../../operation/index.js';
import { exceptionObserver } from '../exception-observer.js';
import { handlerKeysOf } from '../request-handlers.js';
import {
  type Enhancer,
  enhancerInstancesOf,
  methodOfStage,
  stagesOfEnhancer,
} from './enhancers.js';
import { hookWrapper, type Wrapper } from './hook-wrapper.js';
import { TracedMiddleware } from './middleware-builder.js';
import { StageMembers } from './stage-members.js';

/** The methods of Nest's `ApplicationConfig` with which it reads the global enhancers. */
const GLOBAL_ENHANCERS = [
  { read: 'getGlobalGuards', stage: 'guard' },
  { read: 'getGlobalPipes', stage: 'pipe' },
  { read: 'getGlobalInterceptors', stage: 'interceptor' },
  { read: 'getGlobalFilters', stage: 'exception_filter' },
] as const;

const TROUBLE =
  'A part of the lifecycle of requests has no spans: a class could not be hooked while the application started';

/**
 * Traces what Nest calls for a request. It is created when the modules are scanned, before Nest reads any
 * handler: Nest binds filters, handlers and middleware when it registers them.
 *
 * | what | where |
 * |---|---|
 * | enhancers that are classes, and those of requests | the wrapper of the class in the container, which Nest asks for the instance |
 * | enhancers in decorators, such as `@UseGuards(new Guard())` | the instance in the metadata, at once |
 * | global enhancers | the `ApplicationConfig`, when Nest reads its lists |
 * | handlers | the wrapper of the controller, gateway or resolver |
 * | middleware | the `configure` of the modules |
 *
 * All of these objects belong to the application, except enhancers that are instances, and get their methods
 * back at shutdown.
 */
export class LifecycleHooks implements OnApplicationShutdown {
  readonly #tracer: LocalTracer;
  readonly #members: StageMembers;
  readonly #middleware: TracedMiddleware;
  readonly #isOwn: (enhancer: object) => boolean;
  readonly #restores: (() => void)[] = [];

  /** @param ownEnhancers the enhancers of this library, which have no spans */
  constructor(
    modules: ModulesContainer,
    config: ApplicationConfig,
    tracer: LocalTracer,
    stages: ReadonlySet<LifecycleStage>,
    ownEnhancers: readonly (abstract new (...args: never[]) => object)[],
  ) {
    this.#tracer = tracer;
    this.#members = new StageMembers(tracer, stages);
    this.#middleware = new TracedMiddleware(tracer);
    this.#isOwn = (enhancer) =>
      enhancer === exceptionObserver || ownEnhancers.some((own) => enhancer instanceof own);
    this.#try(() => this.#hookGlobalEnhancers(config));
    for (const module of modules.values()) {
      this.#try(() => this.#hookModule(module as never));
      for (const wrapper of module.injectables.values()) {
        this.#try(() => this.#hookEnhancer(wrapper));
      }
      for (const wrapper of module.controllers.values()) {
        this.#try(() => this.#hookHandlers(wrapper, 'instance'));
      }
      for (const wrapper of module.providers.values()) {
        this.#try(() => this.#hookHandlers(wrapper, 'prototype'));
      }
    }
  }

  onApplicationShutdown(): void {
    this.#middleware.release();
    this.#members.release();
    for (const restore of this.#restores.splice(0).reverse()) restore();
  }

  #hookGlobalEnhancers(config: ApplicationConfig): void {
    for (const { read, stage } of GLOBAL_ENHANCERS) {
      if (!this.#members.has(stage)) continue;
      const restore = wrapMethod(config, read, (original, self, args) => {
        const enhancers = Reflect.apply(original, self, args);
        if (Array.isArray(enhancers)) {
          for (const instance of enhancers) {
            this.#try(() => this.#traceEnhancer({ instance, stage }));
          }
        }
        return enhancers;
      });
      this.#restores.push(restore);
    }
  }

  /** The instance of a module is a provider of the module. */
  #hookModule(module: { metatype: never; providers: Map<unknown, Wrapper> }): void {
    const wrapper = module.providers.get(module.metatype);
    if (wrapper === undefined || !this.#members.has('middleware')) return;
    this.#hook(wrapper, (instance, isStatic) => {
      if (!isStatic) return true;
      this.#try(() => {
        const restore = this.#middleware.hookModule(instance);
        if (restore !== undefined) this.#restores.push(restore);
      });
      return true;
    });
  }

  #hookEnhancer(wrapper: Wrapper): void {
    this.#hook(wrapper, (instance, isStatic) => {
      if (this.#isOwn(instance)) return true;
      // An instance of a durable provider can see a sampled request later.
      if (!isStatic && isUntraced()) return false;
      for (const stage of stagesOfEnhancer(instance)) {
        if (!this.#members.has(stage)) continue;
        const key = methodOfStage(stage);
        if (isStatic) this.#members.trace(instance, key, stage);
        else this.#members.traceForRequest(instance, key, stage);
      }
      return true;
    });
  }

  /** Also traces the enhancers that the decorators of the class contain as instances. */
  #hookHandlers(wrapper: Wrapper, source: 'instance' | 'prototype'): void {
    const { metatype, isNotMetatype } = wrapper;
    if (typeof metatype !== 'function' || isNotMetatype === true) return;
    const prototype = memberOf(metatype, 'prototype') as object | undefined;
    if (prototype === undefined) return;
    for (const enhancer of enhancerInstancesOf(metatype as never)) this.#traceEnhancer(enhancer);
    const keys = this.#members.has('handler') ? handlerKeysOf(prototype) : [];
    if (keys.length === 0) return;
    this.#hook(wrapper, (instance, isStatic) => {
      if (isStatic) {
        this.#members.traceHandlers(instance, keys, source);
        return true;
      }
      if (isUntraced()) return false;
      for (const key of keys) this.#members.traceForRequest(instance, key, 'handler');
      return true;
    });
  }

  #traceEnhancer({ instance, stage }: Enhancer): void {
    if (typeof instance !== 'object' || instance === null || this.#isOwn(instance)) return;
    if (!this.#members.has(stage)) return;
    this.#members.trace(instance, methodOfStage(stage), stage);
  }

  #hook(wrapper: Wrapper, visit: (instance: object, isStatic: boolean) => boolean): void {
    const restore = hookWrapper(wrapper, (instance, isStatic) => {
      try {
        return visit(instance, isStatic);
      } catch (error) {
        this.#tracer.diagnostics.report(TROUBLE, error);
        return true;
      }
    });
    if (restore !== undefined) this.#restores.push(restore);
  }

  /** The application must start with any provider. */
  #try(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#tracer.diagnostics.report(TROUBLE, error);
    }
  }
}
