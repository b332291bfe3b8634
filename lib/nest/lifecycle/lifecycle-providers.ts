import type { FactoryProvider } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { stagesOf } from '../../lifecycle/index.js';
import { TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { LifecycleHooks } from './lifecycle-hooks.js';

/**
 * Creates the providers that trace the lifecycle of requests. They must be the last ones that hook methods of
 * controllers: the replacements of handlers have the metadata of the moment.
 *
 * @param ownEnhancers the enhancers of this library, which have no spans
 */
export function createLifecycleProviders(
  ownEnhancers: readonly (abstract new (...args: never[]) => object)[],
): FactoryProvider[] {
  return [
    {
      provide: LifecycleHooks,
      inject: [ModulesContainer, ApplicationConfig, Tracing, TRACING_OPTIONS],
      useFactory: (
        modules: ModulesContainer,
        config: ApplicationConfig,
        { tracer, isEnabled }: Tracing,
        { lifecycle }: TracingOptions,
      ): LifecycleHooks | undefined => {
        const stages = stagesOf(lifecycle);
        if (stages.size === 0 || !isEnabled) return undefined;
        return new LifecycleHooks(modules, config, tracer, stages, ownEnhancers);
      },
    },
  ];
}
