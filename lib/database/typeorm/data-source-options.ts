import {
  type ConnectionSettings,
  type DatabaseSource,
  sourceOfConnection,
} from '../database-source.js';

/** The database of a `DataSource`, by its options; with replication the primary server. */
export function sourceOfDataSource(options: object): DatabaseSource {
  const given = options as DataSourceOptions;
  return sourceOfServer(given, given.replication?.master);
}

/** The replicas of a `DataSource`, by its options; empty without replication. */
export function replicasOfDataSource(options: object): readonly DatabaseSource[] {
  const given = options as DataSourceOptions;
  const replicas = given.replication?.slaves;
  if (!Array.isArray(replicas)) return [];
  return replicas.map((replica: ConnectionSettings) => sourceOfServer(given, replica));
}

/** Settings of the server take precedence over settings of the `DataSource`. */
function sourceOfServer(
  options: DataSourceOptions,
  server: ConnectionSettings | undefined,
): DatabaseSource {
  const system = SYSTEMS.get(String(options.type)) ?? 'other_sql';
  const common = sourceOfConnection(system, options);
  if (typeof server !== 'object' || server === null) return common;
  const own = sourceOfConnection(system, { schema: options.schema, ...server });
  return {
    system,
    namespace: own.namespace ?? common.namespace,
    serverAddress: own.serverAddress ?? common.serverAddress,
    serverPort: own.serverPort ?? common.serverPort,
  };
}

interface DataSourceOptions extends ConnectionSettings {
  readonly type?: unknown;
  readonly replication?: {
    readonly master?: ConnectionSettings;
    readonly slaves?: readonly ConnectionSettings[];
  };
}

const SYSTEMS = new Map([
  ['postgres', 'postgresql'],
  ['aurora-postgres', 'postgresql'],
  ['cockroachdb', 'cockroachdb'],
  ['mysql', 'mysql'],
  ['aurora-mysql', 'mysql'],
  ['mariadb', 'mariadb'],
  ['sqlite', 'sqlite'],
  ['better-sqlite3', 'sqlite'],
  ['sqljs', 'sqlite'],
  ['capacitor', 'sqlite'],
  ['cordova', 'sqlite'],
  ['expo', 'sqlite'],
  ['nativescript', 'sqlite'],
  ['react-native', 'sqlite'],
  ['mssql', 'microsoft.sql_server'],
  ['oracle', 'oracle.db'],
  ['sap', 'sap.hana'],
  ['spanner', 'gcp.spanner'],
]);
