export {
  DatabaseHandler,
  type DatabaseHandlerOptions,
  type DatabaseQuery,
} from './database.handler.js';
export { DatabaseOperation } from './database-operation.js';
export type {
  DatabaseSource,
  DatabaseTracingOptions,
  ParameterRedactor,
} from './database-options.js';
export { configureDatabase } from './database-settings.js';
export { type KnexTracingOptions, traceKnex } from './knex/index.js';
export { type KyselyTracingOptions, tracedKyselyDialect } from './kysely/index.js';
export { type MongoTracingOptions, traceMongo } from './mongodb/index.js';
export { type QueryableOptions, tracedQueryable } from './queryable/index.js';
export {
  type DataSourceTracingOptions,
  isDataSource,
  TracedDataSource,
  traceDataSource,
} from './typeorm/index.js';
