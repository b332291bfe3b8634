import { hasMethods, memberOf } from '../../operation/index.js';

/** The members of a client of ClickHouse that the adapter uses. */
export interface ClickHouseClientShape {
  query(params: unknown): unknown;
}

/** The argument of `query`, `command`, `exec` and `insert`. Members may be of any type. */
export interface ClickHouseParams {
  readonly query?: unknown;
  readonly query_params?: unknown;
  readonly table?: unknown;
  readonly values?: unknown;
}

/** Whether a value is a client of ClickHouse. Runs no accessors. */
export function isClickHouseClient(value: unknown): value is ClickHouseClientShape {
  return (
    typeof value === 'object' &&
    value !== null &&
    hasMethods(value, ['query', 'command', 'exec', 'insert', 'ping'])
  );
}

/** Where a client sends its queries, without the user and the password; empty if it does not show it. */
export function connectionOf(client: object): {
  readonly database?: string;
  readonly url?: URL;
} {
  const params = memberOf(client, 'connectionParams');
  if (typeof params !== 'object' || params === null) return {};
  const [database, url] = [memberOf(params, 'database'), memberOf(params, 'url')];
  return {
    database: typeof database === 'string' && database !== '' ? database : undefined,
    url: url instanceof URL ? url : undefined,
  };
}
