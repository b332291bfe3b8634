import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseAdapterOptions } from '../database-options.js';
import type { DatabaseSource } from '../database-source.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { createStandIn } from '../stand-in.js';
import type { KyselyDialectShape, KyselyDriverShape } from './kysely-shape.js';
import { TracedKyselyDriver } from './traced-kysely-driver.js';

/** Options of {@link tracedKyselyDialect}. `system` is required: a dialect does not name its database system. */
export interface KyselyTracingOptions extends DatabaseAdapterOptions {
  /** A value of `db.system.name`, such as `postgresql`; see {@link DatabaseSource.system}. */
  readonly system: DatabaseSource['system'];
}

const KYSELY: Adapter<KyselyDialectShape> = {
  name: 'tracedKyselyDialect',
  target: 'dialect',
  requirement: 'must be a dialect of Kysely',
  remedy: 'Give the dialect of new Kysely({ dialect }), such as a PostgresDialect.',
  read: (value) => (isDialect(value) ? value : undefined),
};

/**
 * Returns a dialect of Kysely whose queries, streams and transactions have spans. Create the instance
 * with the returned dialect; `dialect` itself is unchanged.
 *
 * The span of a query starts when the query has its connection. See `connectionWaitThresholdMillis` for the wait.
 * Give the instance to `tracedKysely`, so that callbacks of transactions run inside their spans too.
 *
 * @param dialect any dialect of Kysely
 * @throws TracingConfigError for any other object, and for an invalid option
 * @example
 * const dialect = tracedKyselyDialect(new PostgresDialect({ pool }), { system: 'postgresql' });
 * const db = new Kysely<Tables>({ dialect });
 */
export function tracedKyselyDialect<T extends object>(
  dialect: T,
  options: KyselyTracingOptions,
): T {
  const { handler } = setUpAdapter(KYSELY, dialect, options);
  return tracedDialect(dialect, handler);
}

/** Returns a dialect of Kysely whose queries, streams and transactions a handler traces. */
export function tracedDialect<T extends object>(dialect: T, handler: DatabaseHandler): T {
  return createStandIn(dialect, (name, original) => (values) => {
    const result = Reflect.apply(original, dialect, values);
    if (name === 'createDriver') TracedKyselyDriver.attach(result as KyselyDriverShape, handler);
    return result;
  });
}

function isDialect(value: unknown): value is KyselyDialectShape {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<KyselyDialectShape>).createDriver === 'function'
  );
}
