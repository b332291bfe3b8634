import { type DatabaseSource, sourceOfConnection } from '../database-source.js';

/** The members of Knex's `Client` that the adapter uses. */
export interface KnexClientShape {
  readonly dialect?: unknown;
  readonly driverName?: unknown;
  readonly connectionSettings?: unknown;
  /** Undefined after its end. */
  readonly pool?: object;
  acquireConnection(): Promise<object>;
  releaseConnection(connection: object): unknown;
  transaction(...values: unknown[]): object;
  runner(...values: unknown[]): KnexRunnerShape;
  _query(connection: object, query: KnexQueryShape): Promise<KnexQueryShape>;
  _stream(connection: object, query: KnexQueryShape, ...rest: unknown[]): Promise<unknown>;
}

/** A class of {@link KnexClientShape}; each dialect has one. */
export type KnexClientClass = new (...values: never[]) => KnexClientShape;

/** What runs a builder of Knex. A stream goes to the handler, if one is given, and else to the caller. */
export interface KnexRunnerShape {
  stream(...values: unknown[]): unknown;
}

/** A query that Knex passes to the driver, with the driver's response. */
export interface KnexQueryShape {
  readonly sql?: string;
  readonly bindings?: readonly unknown[];
  readonly response?: unknown;
}

const METHODS = ['acquireConnection', 'releaseConnection', 'transaction', '_query', '_stream'];

/**
 * The client of an instance of Knex; undefined for any other value.
 *
 * @throws whatever a getter of the value throws
 */
export function clientOfKnex(knex: unknown): KnexClientShape | undefined {
  const { client } = (knex ?? {}) as { client?: Record<string, unknown> };
  if (typeof client !== 'object' || client === null) return undefined;
  const isClient = METHODS.every((name) => typeof client[name] === 'function');
  return isClient ? (client as unknown as KnexClientShape) : undefined;
}

/** The database of a client of Knex, by its settings. Reads neither user nor password. */
export function sourceOfKnex(client: KnexClientShape): DatabaseSource {
  const { dialect, driverName, connectionSettings } = client;
  const settings = (connectionSettings ?? {}) as KnexConnectionSettings;
  // A dialect that is derived from another keeps the other's name.
  const system = SYSTEMS.get(String(driverName)) ?? SYSTEMS.get(String(dialect)) ?? 'other_sql';
  return sourceOfConnection(system, {
    url: settings.connectionString,
    host: settings.host ?? settings.server,
    port: settings.port,
    database: settings.database ?? settings.filename,
    socketPath: settings.socketPath,
  });
}

interface KnexConnectionSettings {
  readonly connectionString?: unknown;
  readonly host?: unknown;
  /** SQL Server's name for the host. */
  readonly server?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
  /** SQLite's name for the database. */
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
