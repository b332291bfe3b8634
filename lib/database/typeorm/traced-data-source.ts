import type { DatabaseAdapterOptions } from '../database-options.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { DataSourceHandlers } from './data-source-handlers.js';
import { sourceOfDataSource } from './data-source-options.js';
import { type DataSourceShape, isDataSource, type QueryRunnerShape } from './data-source-shape.js';
import { traceTransactionsOf } from './traced-entity-manager.js';
import { TracedQueryRunner } from './traced-query-runner.js';

/** Options of {@link traceDataSource}. They take precedence over the options of the `DataSource`. */
export interface DataSourceTracingOptions extends DatabaseAdapterOptions {}

const TYPEORM: Adapter<DataSourceShape> = {
  name: 'traceDataSource',
  target: 'dataSource',
  requirement: 'must be a DataSource of TypeORM that sends SQL',
  remedy: 'Give a DataSource. For the client of a database driver use tracedQueryable.',
  read: (value) => (isDataSource(value) ? value : undefined),
  findSource: ({ options }) => sourceOfDataSource(options),
};

const dataSources = new WeakMap<object, TracedDataSource>();

/**
 * Traces one TypeORM `DataSource` (0.3 and 1.x): the queries of repositories, the entity manager, query
 * builders, raw queries, streams and migrations; each transaction is a span around its queries. It
 * replaces the one method of the object through which TypeORM creates query runners; TypeORM itself is
 * unchanged.
 */
export class TracedDataSource {
  readonly #dataSource: DataSourceShape;
  readonly #createQueryRunner: DataSourceShape['createQueryRunner'];
  readonly #stopTransactions: () => void;
  /** The method if it was the object's own and not its class's. */
  readonly #ownCreateQueryRunner: DataSourceShape['createQueryRunner'] | undefined;
  #isActive = true;

  private constructor(dataSource: DataSourceShape, handlers: DataSourceHandlers) {
    const isActive = (): boolean => this.#isActive;
    this.#dataSource = dataSource;
    const original = dataSource.createQueryRunner;
    this.#ownCreateQueryRunner = Object.hasOwn(dataSource, 'createQueryRunner')
      ? original
      : undefined;
    this.#createQueryRunner = function (this: unknown, ...values): QueryRunnerShape {
      const runner = Reflect.apply(original, this, values) as QueryRunnerShape;
      if (isActive()) TracedQueryRunner.attach(runner, handlers, isActive);
      return runner;
    };
    dataSource.createQueryRunner = this.#createQueryRunner;
    this.#stopTransactions = traceTransactionsOf(dataSource.manager, isActive);
  }

  /**
   * Traces a `DataSource`. If it is traced already, returns its tracing, whatever the options.
   *
   * @throws TracingConfigError for any other value, and for an invalid option
   */
  static attach(dataSource: object, options: DataSourceTracingOptions = {}): TracedDataSource {
    const { handler, target } = setUpAdapter(TYPEORM, dataSource, options);
    const known = dataSources.get(target);
    if (known !== undefined) return known;
    const handlers = new DataSourceHandlers(handler, target.options, options);
    const traced = new TracedDataSource(target, handlers);
    dataSources.set(target, traced);
    return traced;
  }

  /** Stops the tracing. Runners in use work as without tracing from then on. */
  detach(): void {
    this.#isActive = false;
    this.#stopTransactions();
    dataSources.delete(this.#dataSource);
    // Other code may have wrapped our method since; then it keeps calling it, and it only calls the original.
    if (this.#dataSource.createQueryRunner !== this.#createQueryRunner) return;
    const own = this.#ownCreateQueryRunner;
    if (own !== undefined) this.#dataSource.createQueryRunner = own;
    else Reflect.deleteProperty(this.#dataSource, 'createQueryRunner');
  }
}

/**
 * Traces the queries and transactions of a TypeORM `DataSource` in place. `TracingModule` does so for each
 * `DataSource` among the providers of its application; call this for any other. Tracing it again changes
 * nothing.
 *
 * @param dataSource initialized or not
 * @returns the given `DataSource`
 * @throws TracingConfigError for any other value, for a `DataSource` of MongoDB, and for an invalid option
 * @example
 * const dataSource = await traceDataSource(new DataSource(options)).initialize();
 */
export function traceDataSource<T extends object>(
  dataSource: T,
  options: DataSourceTracingOptions = {},
): T {
  TracedDataSource.attach(dataSource, options);
  return dataSource;
}
