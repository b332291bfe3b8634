import type { LocalTracer } from '../../context/index.js';
import { checkOption, checkString } from '../../option-checks.js';
import { createAdapterHandler } from '../adapter-options.js';
import type { DatabaseSource, DatabaseTracingOptions } from '../database-options.js';
import { type KyselyDialectShape, type KyselyDriverShape, putMethod } from './kysely-shape.js';
import { TracedKyselyDriver } from './traced-kysely-driver.js';

/** Options of {@link tracedKyselyDialect}: which database it is, and what its spans show. */
export interface KyselyTracingOptions extends DatabaseSource, DatabaseTracingOptions {
  /** @default the tracer of the running operation, else of the application that runs */
  readonly tracer?: LocalTracer;
}

const dialects = new WeakSet<object>();

/**
 * Gives the queries, streams and transactions of a Kysely instance spans. It hangs on the driver that
 * the given dialect makes, so it has to be called before the instance is made. Doing it again changes
 * nothing.
 *
 * A span covers what the connection does; where none is to be had, a span `connect` says so.
 *
 * @param dialect any dialect of Kysely
 * @returns the same
 * @throws TracingConfigError for what is no dialect, and for options that cannot be used
 * @example
 * const dialect = tracedKyselyDialect(new PostgresDialect({ pool }), { system: 'postgresql' });
 * const db = new Kysely<Tables>({ dialect });
 */
export function tracedKyselyDialect<T extends object>(
  dialect: T,
  options: KyselyTracingOptions,
): T {
  checkOption(
    isDialect(dialect),
    'tracedKyselyDialect.dialect',
    'must be a dialect of Kysely',
    dialect,
    'Give what you pass to new Kysely({ dialect }), such as a PostgresDialect.',
  );
  checkString(
    'tracedKyselyDialect.system',
    options?.system,
    "Use 'postgresql', 'mysql', 'mariadb', 'sqlite', or 'other_sql' for any other.",
  );
  const { handler, source } = createAdapterHandler('tracedKyselyDialect', options, options);
  if (dialects.has(dialect)) return dialect;
  dialects.add(dialect);
  putMethod<KyselyDialectShape, 'createDriver'>(dialect, 'createDriver', (original) => {
    return (...values): KyselyDriverShape => {
      const driver = original(...values) as KyselyDriverShape;
      TracedKyselyDriver.attach(driver, handler, source);
      return driver;
    };
  });
  return dialect;
}

function isDialect(value: unknown): value is KyselyDialectShape {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<KyselyDialectShape>).createDriver === 'function'
  );
}
