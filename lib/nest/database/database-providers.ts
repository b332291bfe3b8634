import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { DatabaseHooks } from './database-hooks.js';

/** What traces the queries of an application. */
export const DATABASE_PROVIDERS: FactoryProvider[] = [
  {
    provide: DatabaseHooks,
    inject: [ModulesContainer, Tracing, TRACING_OPTIONS],
    useFactory: (
      modules: ModulesContainer,
      { tracer, isEnabled }: Tracing,
      { database }: TracingOptions,
    ): DatabaseHooks | undefined =>
      // Nothing is passed on to a database, so an application that is switched off needs no hooks.
      isEnabled && database !== false ? new DatabaseHooks(modules, tracer) : undefined,
  },
];
