import { hasMethods, memberOf } from '../../operation/index.js';

/** The members of a client of Cassandra that the adapter uses. */
export interface CassandraClientShape {
  /** The keyspace in use. */
  readonly keyspace?: unknown;
  readonly options?: CassandraClientOptions;
  /** By address and port: the nodes that the client knows. */
  readonly hosts?: { get?(address: string): unknown };
}

/** The options of a client, with its defaults. Members may be of any type. */
export interface CassandraClientOptions {
  readonly contactPoints?: unknown;
  readonly protocolOptions?: { readonly port?: unknown };
  readonly queryOptions?: CassandraQueryOptions;
}

/** The options of one call. Members may be of any type. */
export interface CassandraQueryOptions {
  readonly consistency?: unknown;
  readonly fetchSize?: unknown;
  readonly isIdempotent?: unknown;
  readonly keyspace?: unknown;
  readonly prepare?: unknown;
}

/** What a driver returns. Members may be of any type. */
export interface CassandraResult {
  readonly rowLength?: unknown;
  readonly info?: {
    readonly queriedHost?: unknown;
    readonly achievedConsistency?: unknown;
    readonly speculativeExecutions?: unknown;
  };
  /** Sends the query for the next page; of `eachRow` with paging by hand. */
  nextPage?: unknown;
  /** Sends the query for the next page; of an iterator. */
  nextPageAsync?: unknown;
}

/** Whether a value is a client of Cassandra. Runs no accessors. */
export function isCassandraClient(value: unknown): value is CassandraClientShape {
  return (
    typeof value === 'object' &&
    value !== null &&
    hasMethods(value, ['execute', 'batch', 'eachRow', 'stream', 'getReplicas']) &&
    typeof memberOf(value, 'options') === 'object'
  );
}
