import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import { joinTransaction, TransactionSpan } from '../transaction-span.js';
import { isEmitter, sendQuery, watchEvents } from '../watch-query.js';
import type { DataSourceHandlers } from './data-source-handlers.js';
import type { QueryRunnerShape } from './data-source-shape.js';
import { traceBroadcasterOf } from './traced-broadcaster.js';
import { traceTransactionsOf } from './traced-entity-manager.js';

type AsyncMethod = (...values: unknown[]) => Promise<unknown>;

/** Some drivers return the same runner again and again. */
const tracedWhile = new WeakMap<object, () => boolean>();

/**
 * Traces one query runner of TypeORM: its queries, its streams, and its transactions as spans around their
 * queries. It replaces methods of the runner object, which TypeORM calls.
 */
export class TracedQueryRunner {
  readonly #runner: QueryRunnerShape;
  readonly #handlers: DataSourceHandlers;
  readonly #handler: DatabaseHandler;
  #depth = 0;
  #hasConnection = false;
  #failure: unknown;

  private constructor(runner: QueryRunnerShape, handlers: DataSourceHandlers) {
    this.#runner = runner;
    this.#handlers = handlers;
    this.#handler = handlers.of(runner);
  }

  /**
   * Traces a runner. Tracing it again changes nothing.
   *
   * @param isActive called for each method call; false makes the methods work as without tracing
   */
  static attach(
    runner: QueryRunnerShape,
    handlers: DataSourceHandlers,
    isActive: () => boolean,
  ): void {
    if (tracedWhile.get(runner)?.() === true) return;
    tracedWhile.set(runner, isActive);
    const traced = new TracedQueryRunner(runner, handlers);
    traced.#wrap('connect', isActive, (original, values) => traced.#connect(original, values));
    traced.#wrap('query', isActive, (original, values) => traced.#query(original, values));
    traced.#wrap('stream', isActive, (original, values) => traced.#stream(original, values));
    traced.#wrap('startTransaction', isActive, (original, values) =>
      traced.#begin(original, values),
    );
    traced.#wrap('commitTransaction', isActive, (original, values) =>
      traced.#end(original, values),
    );
    traced.#wrap('rollbackTransaction', isActive, (original, values) =>
      traced.#end(original, values),
    );
    traced.#wrap('release', isActive, (original, values) => traced.#release(original, values));
    traceTransactionsOf(runner.manager, isActive);
  }

  #wrap(
    name: Exclude<keyof QueryRunnerShape, 'manager' | 'broadcaster' | 'getReplicationMode'>,
    isActive: () => boolean,
    traced: (original: AsyncMethod, values: unknown[]) => Promise<unknown>,
  ): void {
    const runner = this.#runner as unknown as Record<string, AsyncMethod>;
    const method = runner[name];
    if (typeof method !== 'function') return;
    const original: AsyncMethod = (...values) => Reflect.apply(method, runner, values);
    runner[name] = (...values) => (isActive() ? traced(original, values) : original(...values));
  }

  #join<T>(work: () => T): T {
    return joinTransaction(TransactionSpan.of(this.#runner), work);
  }

  /** Each query calls this. Only the first call waits. */
  #connect(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    if (this.#hasConnection) return original(...values);
    this.#hasConnection = true;
    const wait = this.#handler.beginWait(undefined, poolOf(this.#runner) ?? true);
    const connecting = wait.run(() => original(...values));
    // Drivers without a pool have their connection already.
    if (!(connecting instanceof Promise)) return connecting;
    return connecting.then(
      (connection) => {
        wait.succeed(this.#runner);
        return connection;
      },
      (error: unknown) => {
        this.#hasConnection = false;
        wait.fail(error);
        throw error;
      },
    );
  }

  #query(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    return this.#join(() => {
      const operation = this.#beginQuery(values);
      if (operation === undefined) return original(...values);
      return sendQuery(operation, () => this.#send(operation, original, values), recordsOf);
    });
  }

  #stream(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    return this.#join(async () => {
      const operation = this.#beginQuery(values);
      if (operation === undefined) return original(...values);
      try {
        const stream = await operation.run(() => this.#send(operation, original, values));
        if (isEmitter(stream)) watchEvents(operation, stream);
        else operation.finish();
        return stream;
      } catch (error) {
        operation.fail(error);
        throw error;
      }
    });
  }

  #beginQuery([text, parameters]: unknown[]): DatabaseOperation | undefined {
    return this.#handler.begin({
      text: typeof text === 'string' ? text : undefined,
      parameters: typeof parameters === 'object' && parameters !== null ? (parameters as []) : [],
      // TypeORM writes numbers into the text: `WHERE "id" IN (4711)`.
      hasInlineValues: true,
      connection: this.#runner,
    });
  }

  #send(
    operation: DatabaseOperation,
    original: AsyncMethod,
    [text, ...rest]: unknown[],
  ): Promise<unknown> {
    const sent = typeof text === 'string' ? operation.textToSend(text) : text;
    const result = original(sent, ...rest);
    if (!this.#handlers.mustReadAddressOf(this.#runner)) return result;
    return result.finally(() => this.#handlers.addAddress(operation, this.#runner));
  }

  async #begin(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    if (this.#depth === 0 && TransactionSpan.begin(this.#handler, this.#runner) !== undefined) {
      traceBroadcasterOf(this.#runner);
    }
    this.#depth++;
    try {
      return await this.#join(() => original(...values));
    } catch (error) {
      this.#depth--;
      if (this.#depth === 0) this.#endTransaction((transaction) => transaction.fail(error));
      throw error;
    }
  }

  /** Commits or rolls back. In a nested transaction TypeORM only returns to its savepoint. */
  async #end(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    try {
      const result = await this.#join(() => original(...values));
      this.#depth = Math.max(0, this.#depth - 1);
      if (this.#depth === 0) this.#endTransaction((transaction) => transaction.end());
      return result;
    } catch (error) {
      // For the runner the transaction is still open: a rollback may follow, or the release.
      this.#failure = error;
      throw error;
    }
  }

  #release(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    const failure = this.#failure;
    this.#depth = 0;
    this.#hasConnection = false;
    this.#endTransaction((transaction) => {
      if (failure === undefined) transaction.end();
      else transaction.fail(failure);
    });
    return original(...values);
  }

  #endTransaction(end: (transaction: TransactionSpan) => void): void {
    const transaction = TransactionSpan.of(this.#runner);
    this.#failure = undefined;
    if (transaction !== undefined) end(transaction);
  }
}

/** The rows of a structured result, or the result itself. */
function recordsOf(result: unknown): unknown {
  const { records } = (result ?? {}) as { records?: unknown };
  return records ?? result;
}

/** The pool of the driver; of a data source with replicas that of the primary server. */
function poolOf(runner: object): object | undefined {
  const { connection } = runner as {
    connection?: { driver?: { master?: unknown; pool?: unknown } };
  };
  const { master, pool } = connection?.driver ?? {};
  const found = master ?? pool;
  return typeof found === 'object' && found !== null ? found : undefined;
}
