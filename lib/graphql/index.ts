export { apolloPlugin } from './apollo-plugin.js';
export { GraphqlHandler } from './graphql-handler.js';
export type {
  GraphqlClient,
  GraphqlIgnoreRule,
  GraphqlOperationInfo,
  GraphqlResolverSpanOptions,
  GraphqlTracingOptions,
} from './graphql-options.js';
export type { GraphqlSchema } from './graphql-shapes.js';
export { type GraphqlWsOptions, tracedGraphqlWsOptions } from './graphql-ws-options.js';
export { tracedLegacySubscriptions } from './legacy-subscriptions.js';
export { type FastifyWithMercurius, traceMercurius } from './mercurius-graphql.js';
export { tracedMercuriusSubscription } from './mercurius-subscription.js';
export { traceSchema } from './trace-schema.js';
export { type DataLoaderLike, tracedDataLoader } from './traced-data-loader.js';
