/**
 * The rules of a database that decide where a literal, a name or a comment ends. For an unknown database
 * they are the rules that keep more text out of a span.
 */
export interface SqlDialect {
  /** The meaning of double quotes; `either` if it depends on the position. */
  readonly doubleQuotes: 'name' | 'string' | 'either';
  /** Whether a backslash escapes in every text, and not only in `E'…'`. */
  readonly hasBackslashEscapes: boolean;
  /** `[name]`: always, never, or if the content looks like a name. */
  readonly bracketNames: 'always' | 'never' | 'guess';
  /** `$$text$$` and `$tag$text$tag$`. */
  readonly hasDollarQuotes: boolean;
  /** `q'[text]'`. */
  readonly hasDelimiterQuotes: boolean;
  readonly hasNestedComments: boolean;
  /** `# comment`. */
  readonly hasHashComments: boolean;
  /** `// comment`. */
  readonly hasSlashComments: boolean;
  /** Whether `--` begins a comment only before white space. */
  readonly needsSpaceAfterDashes: boolean;
  /** Whether names may contain `#`. */
  readonly hasHashNames: boolean;
}

const UNKNOWN: SqlDialect = {
  doubleQuotes: 'either',
  hasBackslashEscapes: false,
  bracketNames: 'guess',
  hasDollarQuotes: true,
  hasDelimiterQuotes: true,
  hasNestedComments: true,
  hasHashComments: false,
  hasSlashComments: false,
  needsSpaceAfterDashes: false,
  hasHashNames: true,
};

const POSTGRESQL: SqlDialect = {
  ...UNKNOWN,
  doubleQuotes: 'name',
  bracketNames: 'never',
  hasDelimiterQuotes: false,
  hasHashNames: false,
};

const MYSQL: SqlDialect = {
  ...UNKNOWN,
  doubleQuotes: 'string',
  hasBackslashEscapes: true,
  bracketNames: 'never',
  hasDollarQuotes: false,
  hasDelimiterQuotes: false,
  hasNestedComments: false,
  hasHashComments: true,
  needsSpaceAfterDashes: true,
  hasHashNames: false,
};

const CLICKHOUSE: SqlDialect = {
  ...UNKNOWN,
  doubleQuotes: 'name',
  hasBackslashEscapes: true,
  bracketNames: 'never',
  hasDelimiterQuotes: false,
  hasHashComments: true,
  hasHashNames: false,
};

/** The Cassandra Query Language. */
const CASSANDRA: SqlDialect = {
  ...UNKNOWN,
  doubleQuotes: 'name',
  bracketNames: 'never',
  hasDelimiterQuotes: false,
  hasSlashComments: true,
  hasHashNames: false,
};

const DIALECTS = new Map<string, SqlDialect>([
  ['postgresql', POSTGRESQL],
  ['cockroachdb', POSTGRESQL],
  ['mysql', MYSQL],
  ['mariadb', MYSQL],
  ['clickhouse', CLICKHOUSE],
  ['cassandra', CASSANDRA],
  [
    'sqlite',
    {
      ...UNKNOWN,
      bracketNames: 'always',
      hasDollarQuotes: false,
      hasDelimiterQuotes: false,
      hasNestedComments: false,
      hasHashNames: false,
    },
  ],
  [
    'microsoft.sql_server',
    { ...UNKNOWN, bracketNames: 'always', hasDollarQuotes: false, hasDelimiterQuotes: false },
  ],
  [
    'oracle.db',
    {
      ...UNKNOWN,
      doubleQuotes: 'name',
      bracketNames: 'never',
      hasDollarQuotes: false,
      hasNestedComments: false,
    },
  ],
]);

/** @param system a value of `db.system.name`; any other name has the dialect of an unknown database */
export function sqlDialectOf(system: string): SqlDialect {
  return DIALECTS.get(system) ?? UNKNOWN;
}
