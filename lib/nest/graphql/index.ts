export { GRAPHQL_PROVIDERS } from './graphql-providers.js';
