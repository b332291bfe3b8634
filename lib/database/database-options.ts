/** What the spans of queries show. */
export interface DatabaseTracingOptions {
  /**
   * How the text of queries is shown: `sanitized-unless-parameterized` shows text that comes with parameters as it is, and
   * other text with `?` for its literals; `sanitized` leaves out the literals of all texts; `none` shows
   * no text.
   * @default 'sanitized-unless-parameterized'
   */
  readonly queryText?: 'sanitized-unless-parameterized' | 'sanitized' | 'none';
  /** Where texts are cut, in UTF-16 code units, from 1 on. @default 2048 */
  readonly maxQueryTextLength?: number;
  /**
   * Whether the parameters of queries are shown, the first 32 of them. True shows numbers, booleans and
   * null as they are, and of anything else only the type and the length. A function says itself what is
   * shown of a value; undefined leaves it out.
   * @default false
   */
  readonly captureParameters?: boolean | ParameterRedactor;
  /** Whether spans say how many rows came back. @default false */
  readonly captureReturnedRows?: boolean;
  /**
   * How many queries with the same summary have spans of their own below one span, from 1 on. Those
   * beyond share one span, which reaches from the first to the last of them and says how many they are;
   * the span above says what was repeated. A query that fails keeps a span of its own.
   * @default none: all have their own
   */
  readonly foldQueriesAfter?: number;
  /**
   * Whether the database is told which span a query belongs to, by a comment at the end of its text:
   * `traceparent='00-…'`, as sqlcommenter has it. True does so where it makes no text new that
   * somebody keeps by its text: for PostgreSQL, MySQL and MariaDB, but not for `execute`. `including-cached-statements` does so for all, and then each such query is prepared or planned anew. Prepared
   * statements that have a name or are made by `prepare` never have it.
   * @default false
   */
  readonly sqlCommenter?: boolean | 'including-cached-statements';
}

/** Says what a span shows of a parameter; `key` is its name, or its position from 0 on. */
export type ParameterRedactor = (value: unknown, key: string) => string | undefined;

/** Which database a query goes to. */
export interface DatabaseSource {
  /**
   * As `db.system.name` has it: `postgresql`, `mysql`, `mariadb`, `sqlite`, `microsoft.sql_server`,
   * `oracle.db`, `mongodb`; `other_sql` for SQL of any other kind.
   */
  readonly system: string;
  /** The database's name; with PostgreSQL's schema behind a `|` where it is known. @default none */
  readonly namespace?: string;
  /** The host's name or address, or the path of a socket. @default none */
  readonly serverAddress?: string;
  /** @default none */
  readonly serverPort?: number;
}
