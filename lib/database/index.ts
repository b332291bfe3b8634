export { isCassandraClient } from './cassandra/cassandra-shape.js';
export {
  type CassandraTracingOptions,
  TracedCassandraClient,
  traceCassandra,
} from './cassandra/traced-cassandra-client.js';
export type { ChannelLibrary } from './channels/channel-options.js';
export { isUnpublishedRedis, traceUnpublishedRedis } from './channels/unpublished-redis.js';
export { watchDatabaseChannels } from './channels/watch-channels.js';
export { isClickHouseClient } from './clickhouse/clickhouse-shape.js';
export {
  type ClickHouseTracingOptions,
  TracedClickHouseClient,
  traceClickHouse,
} from './clickhouse/traced-clickhouse-client.js';
export type { ConnectionWait } from './connection-wait.js';
export { DatabaseHandler, type DatabaseHandlerOptions } from './database.handler.js';
export type { DatabaseOperation } from './database-operation.js';
export type {
  DatabaseAdapterOptions,
  DatabaseApplicationOptions,
  DatabaseTracingOptions,
  ParameterRedactor,
} from './database-options.js';
export type { DatabaseQuery } from './database-query.js';
export { configureDatabase } from './database-settings.js';
export type { DatabaseSource } from './database-source.js';
export { type KnexTracingOptions, traceKnex } from './knex/trace-knex.js';
export { tracedKysely } from './kysely/traced-kysely.js';
export { type KyselyTracingOptions, tracedKyselyDialect } from './kysely/traced-kysely-dialect.js';
export { isMikroOrm, MIKRO_ORM_METHODS } from './mikro-orm/mikro-orm-shape.js';
export {
  type MikroOrmTracingOptions,
  TracedMikroOrm,
  traceMikroOrm,
} from './mikro-orm/traced-mikro-orm.js';
export {
  attachMongo,
  isTraceableMongo,
  type MongoTracingOptions,
  traceMongo,
} from './mongodb/trace-mongo.js';
export { isMongooseConnection, MONGOOSE_METHODS } from './mongoose/mongoose-shape.js';
export { TracedMongooseConnection, traceMongoose } from './mongoose/traced-connection.js';
export { type PostgresTracingOptions, tracedPostgres } from './postgres-js/traced-postgres.js';
export { type QueryableOptions, tracedQueryable } from './queryable/traced-queryable.js';
export type { KeyPattern, RedisTracingOptions } from './redis/redis-options.js';
export { type RedisClientTracingOptions, traceRedis } from './redis/trace-redis.js';
export { isSearchClient } from './search/search-shape.js';
export {
  type SearchTracingOptions,
  TracedSearchClient,
  traceElasticsearch,
  traceOpenSearch,
} from './search/traced-search-client.js';
export { isSequelize, SEQUELIZE_METHODS } from './sequelize/sequelize-shape.js';
export {
  type SequelizeTracingOptions,
  TracedSequelize,
  traceSequelize,
} from './sequelize/traced-sequelize.js';
export { isDataSource } from './typeorm/data-source-shape.js';
export {
  type DataSourceTracingOptions,
  TracedDataSource,
  traceDataSource,
} from './typeorm/traced-data-source.js';
