import type { LocalTracer } from '../context/index.js';
import type { ChannelLibrary } from './channels/channel-options.js';
import type { DatabaseSource } from './database-source.js';
import type { RedisTracingOptions } from './redis/redis-options.js';

/** What the spans of queries show. */
export interface DatabaseTracingOptions {
  /**
   * How `db.query.text` shows queries. `sanitized-unless-parameterized` shows a text that is sent with
   * parameters unchanged, and any other text with `?` for its literals; texts of TypeORM count as any
   * other, because TypeORM writes numbers into them. `sanitized` replaces the
   * literals of every text. `none` omits the attribute.
   * @default 'sanitized-unless-parameterized'
   */
  readonly queryText?: 'sanitized-unless-parameterized' | 'sanitized' | 'none';
  /** The length at which `db.query.text` is cut, in UTF-16 code units, from 1. @default 2048 */
  readonly maxQueryTextLength?: number;
  /**
   * Whether spans show the parameters of queries; at most the first 32. `true` shows numbers, booleans
   * and null unchanged, and the type and length of any other value. A function returns the text to
   * show for a value.
   * @default false
   */
  readonly captureParameters?: boolean | ParameterRedactor;
  /** Whether spans show the number of rows that a query returned. @default false */
  readonly captureReturnedRows?: boolean;
  /**
   * The number of queries with one summary that have their own spans below one parent, from 1. Further
   * queries share one span, which lasts from the start of the first to the end of the last and shows
   * their number. The parent lists the summaries that were folded. A query that fails has its own span.
   * @default none: every query has its own span
   */
  readonly foldQueriesAfter?: number;
  /**
   * Whether queries name their span to the database in a comment at the end of their text, in the
   * format of sqlcommenter: `traceparent='00-…'`. `true` adds the comment where the text is not the
   * key of a cache: for PostgreSQL, MySQL and MariaDB, except for `execute`.
   * `including-cached-statements` adds it for every database and for `execute`; the database or the
   * driver then prepares or plans each such query anew. Prepared statements that have a name or that
   * `prepare` returned never get the comment.
   * @default false
   */
  readonly sqlCommenter?: boolean | 'including-cached-statements';
  /**
   * How long a wait for a connection must be to have a span `connect` of its own, in milliseconds from 0, also
   * with a fraction. A shorter wait of at least 0.1 ms is an attribute of the query that waited. `false` shows
   * only waits that fail, which always have a span or fail the span of their query.
   * @default 1, in tests `false`
   */
  readonly connectionWaitThresholdMillis?: number | false;
}

/** Options for all databases of an application. */
export interface DatabaseApplicationOptions extends DatabaseTracingOptions {
  /**
   * The libraries that are traced through their channels of `node:diagnostics_channel`, for every client of the
   * process: `'ioredis'` from 5.11, `'node-redis'` from 5.12 (the package `redis`), `'mysql2'` from 3.20,
   * `'mssql'` from 12.4 and `'mongoose'` from 9.7. False for none.
   * @default all of them; with the option `tracerProvider` none, because instrumentations of the other SDK may trace them
   */
  readonly channels?: false | readonly ChannelLibrary[];
  /** Options for the commands of Redis. */
  readonly redis?: RedisTracingOptions;
}

/**
 * Returns the text that a span shows for a parameter, or undefined to omit the parameter.
 *
 * @param key the name of the parameter, or its position from 0
 */
export type ParameterRedactor = (value: unknown, key: string) => string | undefined;

/**
 * Options that every adapter takes: the database, the tracer and what spans show. What an option does
 * not set comes from the option `database` of the application.
 */
export interface DatabaseAdapterOptions extends Partial<DatabaseSource>, DatabaseTracingOptions {
  /** @default the tracer of the active span, else the tracer of the running application */
  readonly tracer?: LocalTracer;
}
