import type { DatabaseSource } from '../database-options.js';
import { sourceOfOptions } from '../typeorm/source-of-options.js';
import type { KnexClientShape } from './knex-shape.js';

/** Which database a client of Knex speaks to, by its settings. Never a user or a password. */
export function sourceOfKnex(client: KnexClientShape): DatabaseSource {
  const { dialect, driverName, connectionSettings } = client;
  const settings = (connectionSettings ?? {}) as ConnectionSettings;
  const found = sourceOfOptions({
    url: settings.connectionString,
    host: settings.host ?? settings.server,
    port: settings.port,
    database: settings.database ?? settings.filename,
    socketPath: settings.socketPath,
  });
  // Dialects that are derived from another one keep its name.
  const system = SYSTEMS.get(String(driverName)) ?? SYSTEMS.get(String(dialect)) ?? 'other_sql';
  return { ...found, system };
}

interface ConnectionSettings {
  readonly connectionString?: unknown;
  readonly host?: unknown;
  /** Of SQL Server. */
  readonly server?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
  /** Of SQLite. */
  readonly filename?: unknown;
  readonly socketPath?: unknown;
}

const SYSTEMS = new Map([
  ['postgresql', 'postgresql'],
  ['cockroachdb', 'cockroachdb'],
  ['redshift', 'aws.redshift'],
  ['mysql', 'mysql'],
  ['mariadb', 'mariadb'],
  ['sqlite3', 'sqlite'],
  ['mssql', 'microsoft.sql_server'],
  ['oracle', 'oracle.db'],
]);
