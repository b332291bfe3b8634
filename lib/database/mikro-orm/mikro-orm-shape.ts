import { hasMethods, memberOf } from '../../operation/index.js';
import { type DatabaseSource, sourceOfConnection } from '../database-source.js';

/** The members of an instance of MikroORM that the adapter uses, of MikroORM 6 and 7. */
export interface MikroOrmShape {
  readonly driver: MikroDriverShape;
  readonly config: { getClientUrl?(): unknown };
}

/** The members of MikroORM's driver that the adapter uses. */
export interface MikroDriverShape {
  getConnection(type?: string): MikroConnectionShape;
  /** Makes MikroORM's error of an error of the database's driver. */
  convertException(error: unknown): unknown;
}

/** The members of a connection of MikroORM to a database that speaks SQL; it has a pool of its own. */
export interface MikroConnectionShape {
  /** True once MikroORM 7 has created its instance of Kysely. */
  readonly connected?: unknown;
  /** The instance of Knex, of MikroORM 6. */
  getKnex?(): object;
  /** The dialect for the instance of Kysely, of MikroORM 7. */
  createKyselyDialect?(options: unknown): object;
  getConnectionOptions?(): object;
  transactional(...values: unknown[]): Promise<unknown>;
}

/** The methods by which an instance of MikroORM is recognised. */
export const MIKRO_ORM_METHODS: readonly string[] = [
  'isConnected',
  'checkConnection',
  'reconnect',
  'discoverEntity',
  'getMetadata',
];

/** Whether a value is an instance of MikroORM on a database that speaks SQL. Never throws. */
export function isMikroOrm(value: unknown): value is MikroOrmShape {
  try {
    if (typeof value !== 'object' || value === null) return false;
    if (!hasMethods(value, MIKRO_ORM_METHODS)) return false;
    const { driver } = value as Partial<MikroOrmShape>;
    if (!hasMethods(driver as object, ['getConnection', 'convertException'])) return false;
    return isSqlConnection(driver?.getConnection());
  } catch {
    return false;
  }
}

function isSqlConnection(connection: MikroConnectionShape | undefined): boolean {
  if (connection === undefined || !hasMethods(connection, ['transactional'])) return false;
  return hasMethods(connection, ['getKnex']) || hasMethods(connection, ['createKyselyDialect']);
}

/** The connection to the primary server, and those to the replicas. */
export function connectionsOf({ driver }: MikroOrmShape): readonly MikroConnectionShape[] {
  const replicas = memberOf(driver, 'replicas');
  return [driver.getConnection(), ...(Array.isArray(replicas) ? replicas : [])];
}

/** The database of a connection, by its options. Keeps neither user nor password. Never throws. */
export function sourceOfMikroOrm(
  orm: MikroOrmShape,
  connection: MikroConnectionShape = orm.driver.getConnection(),
): DatabaseSource {
  const system = systemOf(orm);
  try {
    const { host, port, database, filename } = (connection.getConnectionOptions?.() ??
      {}) as Record<string, unknown>;
    if (system !== 'sqlite') return sourceOfConnection(system, { host, port, database });
    return sourceOfConnection(system, { database: filename ?? database });
  } catch {
    // The options have a URL that cannot be parsed, for example; MikroORM reports it when it connects.
    return { system };
  }
}

function systemOf({ driver, config }: MikroOrmShape): string {
  const name = driver.constructor?.name ?? '';
  const byName = SYSTEMS_BY_DRIVER.find(([part]) => name.startsWith(part));
  if (byName !== undefined) return byName[1];
  // A bundler may have renamed the class.
  const [scheme] = String(config.getClientUrl?.() ?? '').split(':');
  return SYSTEMS_BY_SCHEME.get(String(scheme)) ?? 'other_sql';
}

const SYSTEMS_BY_DRIVER = [
  ['PostgreSql', 'postgresql'],
  ['MariaDb', 'mariadb'],
  ['MySql', 'mysql'],
  ['MsSql', 'microsoft.sql_server'],
  ['Oracle', 'oracle.db'],
  ['Sqlite', 'sqlite'],
  ['BetterSqlite', 'sqlite'],
  ['NodeSqlite', 'sqlite'],
  ['LibSql', 'sqlite'],
] as const;

const SYSTEMS_BY_SCHEME = new Map([
  ['postgresql', 'postgresql'],
  ['postgres', 'postgresql'],
  ['mysql', 'mysql'],
  ['mariadb', 'mariadb'],
  ['mssql', 'microsoft.sql_server'],
]);
