import {
  type ConnectionSettings,
  type DatabaseSource,
  sourceOfConnection,
} from '../database-source.js';

/** The members of an instance of Sequelize that the adapter uses, of Sequelize 6 and 7. */
export interface SequelizeShape {
  readonly dialect: { readonly name?: unknown };
  readonly options: SequelizeOptionsShape;
  /** The server, of Sequelize 6. */
  readonly config?: ConnectionSettings;
  /** The hooks, of Sequelize 7. */
  readonly hooks?: {
    addListener(
      name: string,
      listener: (options: SequelizeQueryOptions, query: SequelizeQueryShape) => void,
      listenerName: string,
    ): () => void;
  };
  addHook(
    name: string,
    listenerName: string,
    listener: (options: SequelizeQueryOptions, query: SequelizeQueryShape) => void,
  ): unknown;
  removeHook(name: string, listenerName: string): unknown;
  transaction(...values: unknown[]): Promise<unknown>;
}

interface SequelizeOptionsShape {
  /** The file of SQLite. */
  readonly storage?: unknown;
  /** Sequelize 7 always has it; `read` is empty without replicas. */
  readonly replication?: {
    readonly write?: ConnectionSettings;
    readonly read?: readonly unknown[];
  };
}

/** The object of Sequelize that sends one query on one connection. */
export interface SequelizeQueryShape {
  readonly connection?: SequelizeConnectionShape;
  run(text: unknown, parameters?: unknown, ...rest: unknown[]): Promise<unknown>;
}

interface SequelizeConnectionShape {
  /** Of a client of `pg`. */
  readonly host?: unknown;
  readonly port?: unknown;
  /** Of a connection of `mysql2`. */
  readonly config?: { readonly host?: unknown; readonly port?: unknown };
}

/** The options of one query, as hooks get them. */
export interface SequelizeQueryOptions {
  readonly transaction?: SequelizeTransactionShape | null;
  readonly type?: unknown;
  readonly plain?: unknown;
  /** Whether rows of joined tables are combined in the result. */
  readonly hasJoin?: unknown;
}

/** The members of a transaction that the adapter uses. */
export interface SequelizeTransactionShape {
  /** `commit` or `rollback` as soon as one of them was called. */
  readonly finished?: unknown;
}

/** The methods by which an instance of Sequelize is recognised. */
export const SEQUELIZE_METHODS: readonly string[] = [
  'addHook',
  'removeHook',
  'query',
  'transaction',
  'define',
  'authenticate',
];

/** Whether a value is an instance of Sequelize. Only reads properties, and never throws. */
export function isSequelize(value: unknown): value is SequelizeShape {
  try {
    if (typeof value !== 'object' || value === null) return false;
    const members = value as Record<string, unknown>;
    return (
      SEQUELIZE_METHODS.every((name) => typeof members[name] === 'function') &&
      typeof (members.dialect as { name?: unknown } | undefined)?.name === 'string' &&
      typeof members.options === 'object' &&
      members.options !== null
    );
  } catch {
    return false;
  }
}

/** The database of an instance, by its options; with replicas the primary server. Reads no password. */
export function sourceOfSequelize({ dialect, config, options }: SequelizeShape): DatabaseSource {
  const system = SYSTEMS.get(String(dialect.name)) ?? 'other_sql';
  const common = sourceOfConnection(system, { ...config, database: databaseOf(options, config) });
  const primary = options.replication ? options.replication.write : undefined;
  if (typeof primary !== 'object' || primary === null) return common;
  const own = sourceOfConnection(system, primary);
  return {
    system,
    namespace: own.namespace ?? common.namespace,
    serverAddress: own.serverAddress ?? common.serverAddress,
    serverPort: own.serverPort ?? common.serverPort,
  };
}

function databaseOf(
  { storage }: SequelizeOptionsShape,
  config: ConnectionSettings | undefined,
): unknown {
  return typeof storage === 'string' && storage !== '' ? storage : config?.database;
}

/** Whether an instance sends some of its queries to replicas. */
export function hasReplicas({ options }: SequelizeShape): boolean {
  const replicas = options.replication ? options.replication.read : undefined;
  return Array.isArray(replicas) && replicas.length > 0;
}

/** The server of a connection of `pg` or `mysql2`; undefined for other drivers. */
export function addressOfConnection(
  connection: SequelizeConnectionShape | undefined,
): Pick<DatabaseSource, 'serverAddress' | 'serverPort'> | undefined {
  const { host, port } = connection?.config ?? connection ?? {};
  if (typeof host !== 'string' || host === '') return undefined;
  return { serverAddress: host, serverPort: typeof port === 'number' ? port : undefined };
}

const SYSTEMS = new Map([
  ['postgres', 'postgresql'],
  ['cockroachdb', 'cockroachdb'],
  ['redshift', 'aws.redshift'],
  ['mysql', 'mysql'],
  ['mariadb', 'mariadb'],
  ['sqlite', 'sqlite'],
  ['sqlite3', 'sqlite'],
  ['mssql', 'microsoft.sql_server'],
  ['oracle', 'oracle.db'],
  ['db2', 'ibm.db2'],
]);
