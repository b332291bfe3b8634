import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { GraphqlHandler } from '../../graphql/index.js';
import { TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { GraphqlHooks } from './graphql-hooks.js';

/** The providers that trace GraphQL operations. */
export const GRAPHQL_PROVIDERS: FactoryProvider[] = [
  {
    provide: GraphqlHooks,
    inject: [ModulesContainer, Tracing, TRACING_OPTIONS],
    useFactory: (
      modules: ModulesContainer,
      { tracer, diagnostics, isEnabled }: Tracing,
      { graphql }: TracingOptions,
    ): GraphqlHooks | undefined => {
      if (graphql === false) return undefined;
      const handler = new GraphqlHandler(tracer, graphql);
      // No context leaves the process, so an application that is switched off needs no hooks.
      return isEnabled ? new GraphqlHooks(modules, diagnostics, handler) : undefined;
    },
  },
];
