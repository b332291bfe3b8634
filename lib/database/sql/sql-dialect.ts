/**
 * How a database writes SQL, as far as it decides where a literal, a name or a comment ends. Where a
 * database is not known, what keeps more text out of a span wins.
 */
export interface SqlDialect {
  /** What stands in double quotes; `either` where only the place tells. */
  readonly doubleQuotes: 'name' | 'string' | 'either';
  /** True if a backslash escapes in every text, not only in `E'…'`. */
  readonly hasBackslashEscapes: boolean;
  /** `[name]`: always, never, or where it looks like one. */
  readonly bracketNames: 'always' | 'never' | 'guess';
  /** `$$text$$` and `$tag$text$tag$`. */
  readonly hasDollarQuotes: boolean;
  /** `q'[text]'`. */
  readonly hasDelimiterQuotes: boolean;
  readonly hasNestedComments: boolean;
  /** `# comment`. */
  readonly hasHashComments: boolean;
  /** True if `--` needs white space behind it to begin a comment. */
  readonly needsSpaceAfterDashes: boolean;
  /** True if `#` may stand in names. */
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

const DIALECTS = new Map<string, SqlDialect>([
  ['postgresql', POSTGRESQL],
  ['cockroachdb', POSTGRESQL],
  ['mysql', MYSQL],
  ['mariadb', MYSQL],
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

/**
 * The dialect of a database.
 *
 * @param system as in `db.system.name`; any other name is read as SQL that is not known
 */
export function sqlDialectOf(system: string): SqlDialect {
  return DIALECTS.get(system) ?? UNKNOWN;
}
