import type { LocalTracer } from '../../context/index.js';
import { checkOption } from '../../option-checks.js';
import { DatabaseHandler } from '../database.handler.js';
import type { DatabaseSource, DatabaseTracingOptions } from '../database-options.js';
import { DatabaseSettings } from '../database-settings.js';
import { type DataSourceShape, isDataSource, type QueryRunnerShape } from './data-source-shape.js';
import { sourceOfOptions } from './source-of-options.js';
import { traceTransactionsOf } from './traced-entity-manager.js';
import { TracedQueryRunner } from './traced-query-runner.js';

/** Options of {@link traceDataSource}: what is not found in the `DataSource`, or is to be told otherwise. */
export interface DataSourceTracingOptions extends Partial<DatabaseSource>, DatabaseTracingOptions {
  /** @default the tracer of the running operation, else of the application that runs */
  readonly tracer?: LocalTracer;
}

const dataSources = new WeakMap<object, TracedDataSource>();

/**
 * A TypeORM `DataSource` (0.3 and 1.x) whose queries have spans: those of repositories, the entity
 * manager, query builders, raw queries, streams and migrations; each transaction is a span around its
 * own. It hangs on this one `DataSource`, by the one method through which TypeORM comes to a
 * connection; TypeORM itself is not touched.
 */
export class TracedDataSource {
  readonly #dataSource: DataSourceShape;
  readonly #createQueryRunner: DataSourceShape['createQueryRunner'];
  readonly #stopTransactions: () => void;
  /** What stood on the `DataSource` itself and not on its class. */
  readonly #ownCreateQueryRunner: DataSourceShape['createQueryRunner'] | undefined;
  #isActive = true;

  private constructor(
    dataSource: DataSourceShape,
    { tracer, ...options }: DataSourceTracingOptions,
  ) {
    const source = { ...sourceOfOptions(dataSource.options), ...sourceIn(options) };
    const settings = DatabaseSettings.of(options, 'traceDataSource');
    const handler = new DatabaseHandler(source, { tracer, settings });
    const isActive = (): boolean => this.#isActive;
    this.#dataSource = dataSource;
    const original = dataSource.createQueryRunner;
    this.#ownCreateQueryRunner = Object.hasOwn(dataSource, 'createQueryRunner')
      ? original
      : undefined;
    this.#createQueryRunner = function (this: unknown, ...values): QueryRunnerShape {
      const runner = Reflect.apply(original, this, values) as QueryRunnerShape;
      if (isActive()) TracedQueryRunner.attach(runner, handler, source, isActive);
      return runner;
    };
    dataSource.createQueryRunner = this.#createQueryRunner;
    this.#stopTransactions = traceTransactionsOf(dataSource.manager, isActive);
  }

  /** The tracing of a `DataSource`; the one there is, if it is traced already. */
  static attach(
    dataSource: DataSourceShape,
    options: DataSourceTracingOptions = {},
  ): TracedDataSource {
    const known = dataSources.get(dataSource);
    if (known !== undefined) return known;
    const traced = new TracedDataSource(dataSource, options);
    dataSources.set(dataSource, traced);
    return traced;
  }

  /** Takes the tracing off again. Runners that are in use do from then on what they did without it. */
  detach(): void {
    this.#isActive = false;
    this.#stopTransactions();
    dataSources.delete(this.#dataSource);
    // Whoever has wrapped it since keeps calling ours, which then only passes on.
    if (this.#dataSource.createQueryRunner !== this.#createQueryRunner) return;
    const own = this.#ownCreateQueryRunner;
    if (own !== undefined) this.#dataSource.createQueryRunner = own;
    else Reflect.deleteProperty(this.#dataSource, 'createQueryRunner');
  }
}

/**
 * Gives the queries and transactions of a TypeORM `DataSource` spans. A `DataSource` among the providers
 * of an application with `TracingModule` needs no call; one that is made elsewhere does. Doing it again
 * changes nothing.
 *
 * @param dataSource initialized or not
 * @returns the same
 * @throws TracingConfigError for what is no `DataSource` that sends SQL, and for options that cannot be used
 * @example
 * const dataSource = await traceDataSource(new DataSource(options)).initialize();
 */
export function traceDataSource<T extends object>(
  dataSource: T,
  options: DataSourceTracingOptions = {},
): T {
  checkOption(
    isDataSource(dataSource),
    'traceDataSource.dataSource',
    'must be a DataSource of TypeORM that sends SQL',
    dataSource,
    'For a client of a database use tracedQueryable.',
  );
  TracedDataSource.attach(dataSource, options);
  return dataSource;
}

function sourceIn(options: Partial<DatabaseSource>): Partial<DatabaseSource> {
  const { system, namespace, serverAddress, serverPort } = options;
  const entries = Object.entries({ system, namespace, serverAddress, serverPort });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
