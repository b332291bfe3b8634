import { type DatabaseSource, sourceOfConnection } from '../database-source.js';

/** The members of an instance of postgres.js, a function for tagged templates, that the adapter uses. */
export interface PostgresShape {
  (...values: unknown[]): unknown;
  readonly options?: unknown;
  unsafe(...values: unknown[]): unknown;
}

/**
 * The members of postgres.js's `Query`, a promise that sends itself when it is awaited, that the adapter
 * uses. The fields are undefined or null until the query is sent.
 */
export interface PostgresQueryShape {
  /** Sends the query unless it was sent before. */
  handle(): Promise<unknown>;
  resolve(value: unknown): unknown;
  reject(error: unknown): unknown;
  /** Empty for the query of a file that has not been read yet. */
  readonly strings: readonly string[];
  readonly args: readonly unknown[];
  readonly executed: boolean;
  /** Truthy once a connection has taken the query. */
  readonly state: unknown;
  /** Truthy once the user has cancelled the query. */
  readonly cancelled: unknown;
  /** Whether the text is sent as a named prepared statement. Set before {@link string}. */
  readonly prepare?: unknown;
  /** The text, with its fragments and `$1` for its parameters. Set when a connection takes the query. */
  string?: string;
  parameters?: readonly unknown[];
  /** What is sent: its `string` is the text. Set after {@link string}. */
  statement: { readonly string?: unknown } | null;
  cursorFn?: unknown;
  forEachFn?: unknown;
}

/**
 * Whether a value is an instance of postgres.js.
 *
 * @throws whatever a getter of the value throws
 */
export function isPostgres(value: unknown): value is PostgresShape {
  if (typeof value !== 'function') return false;
  const { unsafe, typed, options } = value as unknown as Record<string, unknown>;
  return (
    typeof unsafe === 'function' &&
    typeof typed === 'function' &&
    // The instances that a transaction and `reserve` hand out have no options.
    (options === undefined || (typeof options === 'object' && options !== null))
  );
}

/** Whether a value is a query of postgres.js, or a fragment of one. Reads no accessors of other objects. */
export function isPostgresQuery(value: unknown): value is PostgresQueryShape {
  if (!(value instanceof Promise)) return false;
  const { handle, resolve, reject, strings } = value as unknown as Record<string, unknown>;
  return [handle, resolve, reject].every((one) => typeof one === 'function') && isList(strings);
}

/** The database of an instance, by its options. Reads neither user nor password. */
export function sourceOfPostgres({ options }: PostgresShape): DatabaseSource {
  const { host, port, path, database } = (options ?? {}) as Record<string, unknown>;
  return sourceOfConnection('postgresql', {
    // With several hosts, nothing tells which of them a connection uses.
    host: onlyOneOf(host),
    port: onlyOneOf(port),
    socketPath: typeof path === 'string' ? path : undefined,
    database,
  });
}

function onlyOneOf(value: unknown): unknown {
  if (!isList(value)) return value;
  return value.length === 1 ? value[0] : undefined;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
