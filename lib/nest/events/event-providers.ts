import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { EventHandlerCalls } from '../../events/index.js';
import { TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { EventHooks } from './event-hooks.js';

/** The providers that trace event listeners, commands, queries and sagas. */
export const EVENT_PROVIDERS: FactoryProvider[] = [
  {
    provide: EventHooks,
    inject: [ModulesContainer, Tracing, TRACING_OPTIONS],
    useFactory: (
      modules: ModulesContainer,
      { tracer, isEnabled }: Tracing,
      { events }: TracingOptions,
    ): EventHooks | undefined => {
      if (events === false) return undefined;
      const calls = new EventHandlerCalls(tracer, events);
      // No context leaves the process, so an application that is switched off needs no hooks.
      return isEnabled ? new EventHooks(modules, tracer, calls) : undefined;
    },
  },
];
