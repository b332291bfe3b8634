import type { FactoryProvider, InjectionToken, Type } from '@nestjs/common';
import { ApplicationConfig, LazyModuleLoader, ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { stagesOf } from '../../lifecycle/index.js';
import { ID_GENERATOR, SAMPLER, SPAN_PROCESSORS, TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { ProviderSpanHooks } from './provider-span-hooks.js';
import { checkProviderOption } from './provider-span-options.js';

/**
 * Creates the provider that traces the methods of providers and controllers.
 *
 * @param otherHooks the tokens of hooks that replace methods. Nest calls `onModuleInit` of a provider after that of
 *   the providers that it injects, and `onApplicationShutdown` before
 */
export function providerSpanProvider(
  ownModule: Type,
  otherHooks: readonly InjectionToken[],
): FactoryProvider {
  return {
    provide: ProviderSpanHooks,
    inject: [
      Tracing,
      TRACING_OPTIONS,
      ModulesContainer,
      ApplicationConfig,
      LazyModuleLoader,
      SAMPLER,
      ID_GENERATOR,
      SPAN_PROCESSORS,
      ...otherHooks,
    ],
    useFactory: (
      { tracer, isEnabled }: Tracing,
      { providers, lifecycle }: TracingOptions,
      modules: ModulesContainer,
      config: ApplicationConfig,
      lazyModules: LazyModuleLoader,
      sampler: unknown,
      idGenerator: unknown,
      spanProcessors: readonly unknown[],
    ): ProviderSpanHooks | undefined => {
      const options = checkProviderOption(providers);
      if (options === undefined) return undefined;
      const parts = [sampler, idGenerator, ...spanProcessors];
      const hasHandlerSpans = stagesOf(lifecycle).has('handler');
      const application = {
        ...{ modules, config, lazyModules, tracer, ownModule, parts },
        hasHandlerSpans,
      };
      const hooks = new ProviderSpanHooks(application, options);
      // No context leaves the process, so an application that is switched off needs no hooks.
      if (!isEnabled) return undefined;
      hooks.traceHandlers();
      return hooks;
    },
  };
}
