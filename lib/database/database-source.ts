import type { Attributes } from '@opentelemetry/api';
import { DB_NAMESPACE, DB_SYSTEM_NAME, SERVER_ADDRESS, SERVER_PORT } from './attributes.js';

/** The database that queries go to. */
export interface DatabaseSource {
  /**
   * A value of `db.system.name`: `postgresql`, `mysql`, `mariadb`, `sqlite`, `microsoft.sql_server`,
   * `oracle.db`, `mongodb`; `other_sql` for any other database that speaks SQL.
   */
  readonly system: string;
  /** The name of the database; for PostgreSQL `database|schema` if the schema is known. @default none */
  readonly namespace?: string;
  /** The name or address of the host, or the path of a socket. @default none */
  readonly serverAddress?: string;
  /** From 1 to 65,535. @default none */
  readonly serverPort?: number;
}

/** The attributes that name the database on a span. */
export function attributesOfSource(source: DatabaseSource): Attributes {
  const { system, namespace, serverAddress, serverPort } = source;
  const attributes: Attributes = { [DB_SYSTEM_NAME]: system };
  if (namespace !== undefined) attributes[DB_NAMESPACE] = namespace;
  if (serverAddress !== undefined) attributes[SERVER_ADDRESS] = serverAddress;
  if (serverPort !== undefined) attributes[SERVER_PORT] = serverPort;
  return attributes;
}

/** The members of a source that are set. */
export function definedMembersOf(source: Partial<DatabaseSource>): Partial<DatabaseSource> {
  const { system, namespace, serverAddress, serverPort } = source;
  const members = Object.entries({ system, namespace, serverAddress, serverPort });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** The members of a client's connection settings that name the database; others may be secrets. */
export interface ConnectionSettings {
  readonly url?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
  readonly socketPath?: unknown;
  readonly schema?: unknown;
}

/**
 * Finds the database in a client's connection settings. Single members take precedence over the URL,
 * whose user and password are not read.
 *
 * @param settings may have members of any type; those of an unexpected type are ignored
 */
export function sourceOfConnection(system: string, settings: ConnectionSettings): DatabaseSource {
  const { host, port, database, socketPath, schema } = {
    ...settingsOfUrl(settings.url),
    ...definedSettings(settings),
  };
  const socket = textOf(socketPath);
  return {
    system,
    namespace: namespaceOf(system, textOf(database), textOf(schema)),
    serverAddress: socket ?? textOf(host),
    serverPort: socket === undefined ? portOf(port) : undefined,
  };
}

function definedSettings(settings: ConnectionSettings): ConnectionSettings {
  const { host, port, database, socketPath, schema } = settings;
  const members = Object.entries({ host, port, database, socketPath, schema });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function settingsOfUrl(url: unknown): ConnectionSettings {
  if (typeof url !== 'string' || !URL.canParse(url)) return {};
  const { hostname, port, pathname } = new URL(url);
  const members = { host: hostname, port, database: decode(pathname.slice(1)) };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== ''));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** PostgreSQL: `{database}|{schema}`, `docs/db/postgresql.md`. */
function namespaceOf(
  system: string,
  database: string | undefined,
  schema: string | undefined,
): string | undefined {
  if (system !== 'postgresql' || database === undefined || schema === undefined) return database;
  return `${database}|${schema}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function portOf(value: unknown): number | undefined {
  const port = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isInteger(port) ? (port as number) : undefined;
}
