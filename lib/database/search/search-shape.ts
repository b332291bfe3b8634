import { hasMethods, memberOf } from '../../operation/index.js';

/** The members of a client of Elasticsearch or OpenSearch that the adapter uses. */
export interface SearchClientShape {
  /** Sends all requests of the client. */
  readonly transport: object;
  readonly connectionPool: { readonly connections?: unknown };
}

/** A request as the methods of a client pass it to the transport. Members may be of any type. */
export interface SearchParams {
  readonly method?: unknown;
  readonly path?: unknown;
  readonly body?: unknown;
  /** Actions and documents in turn. */
  readonly bulkBody?: unknown;
  /** Of Elasticsearch 8.10 and later: the name of the endpoint, and the values in the path. */
  readonly meta?: { readonly name?: unknown; readonly pathParts?: unknown };
}

/** The second argument of the transport, as far as the adapter knows it. */
export interface SearchOptions {
  /** Whether the caller gets the whole result, and not only its body. */
  readonly meta?: unknown;
  /** Of Elasticsearch: whether the transport creates a span itself. */
  readonly openTelemetry?: object;
}

/** What a transport tells about a request that is over. Members may be of any type. */
export interface SearchResult {
  readonly body?: unknown;
  readonly statusCode?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly meta?: {
    /** How often the request was sent again. */
    readonly attempts?: unknown;
    readonly connection?: { readonly url?: unknown } | null;
  };
}

/** Whether a value is a client of Elasticsearch or of OpenSearch. Runs no accessors. */
export function isSearchClient(value: unknown): value is SearchClientShape {
  if (typeof value !== 'object' || value === null) return false;
  const transport = memberOf(value, 'transport');
  const pool = memberOf(value, 'connectionPool');
  return isObject(transport) && isObject(pool) && hasMethods(transport, ['request']);
}

/** The system that a client belongs to. */
export function systemOfClient(client: object): 'elasticsearch' | 'opensearch' {
  const name = memberOf(client, 'name');
  const isElastic =
    isObject(memberOf(client, 'diagnostic')) ||
    (typeof name === 'string' && name.startsWith('elasticsearch'));
  return isElastic ? 'elasticsearch' : 'opensearch';
}

/** The URLs of the nodes that a client knows, without user and password. */
export function nodesOf({ connectionPool }: SearchClientShape): URL[] {
  const { connections } = connectionPool;
  if (!Array.isArray(connections)) return [];
  return connections.map((connection) => connection?.url).filter((url) => url instanceof URL);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
