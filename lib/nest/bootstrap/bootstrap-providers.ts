import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { checkOption } from '../../option-checks.js';
import type { Clock } from '../../trace/index.js';
import { CLOCK, TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { BootstrapHooks } from './bootstrap-hooks.js';

/**
 * The provider that makes a trace of the start.
 *
 * @param others the tokens of the module's other hooks. They are injected so that Nest calls this provider after
 *   them: of two hooks that replace one method, the last must be the first that is undone
 */
export function bootstrapProvider(others: readonly InjectionToken[]): FactoryProvider {
  return {
    provide: BootstrapHooks,
    inject: [ModulesContainer, HttpAdapterHost, Tracing, CLOCK, TRACING_OPTIONS, ...others],
    useFactory: (
      modules: ModulesContainer,
      adapterHost: HttpAdapterHost,
      tracing: Tracing,
      clock: Clock,
      { bootstrap = false }: TracingOptions,
    ): BootstrapHooks | undefined => {
      checkOption(
        typeof bootstrap === 'boolean',
        'bootstrap',
        'must be true or false',
        bootstrap,
        'Set true for a trace of the start of the application.',
      );
      if (!bootstrap || !tracing.isEnabled) return undefined;
      return new BootstrapHooks(modules, adapterHost, tracing, clock);
    },
  };
}
