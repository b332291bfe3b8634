import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { configureDatabase } from '../../database/index.js';
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
      { database = {} }: TracingOptions,
    ): DatabaseHooks | undefined => {
      if (database !== false) configureDatabase(tracer, database);
      return isEnabled && database !== false ? new DatabaseHooks(modules, tracer) : undefined;
    },
  },
];
