import type { DatabaseSource } from '../database-options.js';

/** Which database a TypeORM `DataSource` speaks to, by its options. Never a user or a password. */
export function sourceOfOptions(options: object): DatabaseSource {
  const given = options as ConnectionOptions;
  const first = { ...fromUrl(given.url), ...definedOf(given) };
  const master = given.replication?.master;
  const { host, port, database, socketPath, schema } = {
    ...first,
    ...(master && { ...fromUrl(master.url), ...definedOf(master) }),
  };
  const system = SYSTEMS.get(String(given.type)) ?? 'other_sql';
  return {
    system,
    namespace: namespaceOf(system, database, schema ?? given.schema),
    serverAddress: textOf(socketPath) ?? textOf(host),
    serverPort:
      socketPath === undefined && Number.isInteger(Number(port)) ? numberOf(port) : undefined,
  };
}

interface ConnectionPart {
  readonly url?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
  readonly socketPath?: unknown;
  readonly schema?: unknown;
}

interface ConnectionOptions extends ConnectionPart {
  readonly type?: unknown;
  readonly replication?: { readonly master?: ConnectionPart };
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

function definedOf(part: ConnectionPart): ConnectionPart {
  const { host, port, database, socketPath, schema } = part;
  const entries = Object.entries({ host, port, database, socketPath, schema });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function fromUrl(url: unknown): ConnectionPart {
  if (typeof url !== 'string' || !URL.canParse(url)) return {};
  const { hostname, port, pathname } = new URL(url);
  const parts = { host: hostname, port, database: decodeURIComponent(pathname.slice(1)) };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''));
}

/** PostgreSQL: `{database}|{schema}`, `docs/db/postgresql.md`. */
function namespaceOf(system: string, database: unknown, schema: unknown): string | undefined {
  const name = textOf(database);
  if (name === undefined || system !== 'postgresql' || textOf(schema) === undefined) return name;
  return `${name}|${schema}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return value === undefined || value === null || value === '' ? undefined : Number(value);
}
