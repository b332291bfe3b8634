import { contextStorage } from '../../context/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import type { DatabaseSource } from '../database-options.js';
import { countRows, isEmitter, watchEvents } from '../queryable/watch-query.js';
import type { QueryRunnerShape } from './data-source-shape.js';
import { traceTransactionsOf } from './traced-entity-manager.js';
import { TransactionSpan } from './transaction-span.js';

type AsyncMethod = (...values: unknown[]) => Promise<unknown>;

/** Some drivers hand out the same runner again and again. */
const tracedWhile = new WeakMap<object, () => boolean>();

/**
 * Traces what one query runner of TypeORM does: its queries, its streams, and its transactions as spans
 * around their queries. It hangs on the runner itself, as TypeORM calls these methods on it.
 */
export class TracedQueryRunner {
  readonly #runner: QueryRunnerShape;
  readonly #handler: DatabaseHandler;
  readonly #source: DatabaseSource;
  #depth = 0;
  #failure: unknown;

  private constructor(runner: QueryRunnerShape, handler: DatabaseHandler, source: DatabaseSource) {
    this.#runner = runner;
    this.#handler = handler;
    this.#source = source;
  }

  /**
   * Traces a runner. Doing it again changes nothing.
   *
   * @param isActive asked at each call; false makes all methods do what they did without tracing
   */
  static attach(
    runner: QueryRunnerShape,
    handler: DatabaseHandler,
    source: DatabaseSource,
    isActive: () => boolean,
  ): void {
    if (tracedWhile.get(runner)?.() === true) return;
    tracedWhile.set(runner, isActive);
    const traced = new TracedQueryRunner(runner, handler, source);
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
    name: keyof QueryRunnerShape,
    isActive: () => boolean,
    traced: (original: AsyncMethod, values: unknown[]) => Promise<unknown>,
  ): void {
    const runner = this.#runner as unknown as Record<string, AsyncMethod>;
    const method = runner[name];
    if (typeof method !== 'function') return;
    const original: AsyncMethod = (...values) => Reflect.apply(method, runner, values);
    runner[name] = (...values) => (isActive() ? traced(original, values) : original(...values));
  }

  /** Queries from where the transaction was begun are part of it; others know their place. */
  #inTransaction<T>(work: () => T): T {
    const transaction = TransactionSpan.of(this.#runner);
    const isAtBeginning = contextStorage.active().span === transaction?.outside.span;
    return transaction !== undefined && isAtBeginning ? transaction.run(work) : work();
  }

  #query(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    return this.#inTransaction(async () => {
      const operation = this.#operationFor(values);
      if (operation === undefined) return original(...values);
      try {
        const sent = toSend(operation, values);
        const result = await contextStorage.run(operation.context, () => original(...sent));
        operation.finish(() => countRows(recordsOf(result)));
        return result;
      } catch (error) {
        operation.fail(error);
        throw error;
      }
    });
  }

  #stream(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    return this.#inTransaction(async () => {
      const operation = this.#operationFor(values);
      if (operation === undefined) return original(...values);
      try {
        const sent = toSend(operation, values);
        const stream = await contextStorage.run(operation.context, () => original(...sent));
        if (isEmitter(stream)) watchEvents(operation, stream);
        else operation.finish();
        return stream;
      } catch (error) {
        operation.fail(error);
        throw error;
      }
    });
  }

  #operationFor([text, parameters]: unknown[]): DatabaseOperation | undefined {
    return this.#handler.begin({
      text: typeof text === 'string' ? text : undefined,
      parameters: typeof parameters === 'object' && parameters !== null ? (parameters as []) : [],
    });
  }

  async #begin(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    if (this.#depth === 0) {
      TransactionSpan.begin(this.#runner, this.#handler, this.#source);
    }
    this.#depth++;
    try {
      return await this.#inTransaction(() => original(...values));
    } catch (error) {
      this.#depth--;
      if (this.#depth === 0) this.#leave((transaction) => transaction.fail(error));
      throw error;
    }
  }

  /** Commits or rolls back; within another transaction only back to the savepoint. */
  async #end(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    try {
      const result = await this.#inTransaction(() => original(...values));
      this.#depth = Math.max(0, this.#depth - 1);
      if (this.#depth === 0) this.#leave((transaction) => transaction.end());
      return result;
    } catch (error) {
      // The runner still counts it as open: a rollback may follow, or the release.
      this.#failure = error;
      throw error;
    }
  }

  #release(original: AsyncMethod, values: unknown[]): Promise<unknown> {
    const failure = this.#failure;
    this.#depth = 0;
    this.#leave((transaction) => {
      if (failure === undefined) transaction.end();
      else transaction.fail(failure);
    });
    return original(...values);
  }

  #leave(end: (transaction: TransactionSpan) => void): void {
    const transaction = TransactionSpan.of(this.#runner);
    this.#failure = undefined;
    if (transaction !== undefined) end(transaction);
  }
}

function toSend(operation: DatabaseOperation, [text, ...rest]: unknown[]): unknown[] {
  return [typeof text === 'string' ? operation.textToSend(text) : text, ...rest];
}

/** With a structured result the rows are among others. */
function recordsOf(result: unknown): unknown {
  const { records } = (result ?? {}) as { records?: unknown };
  return records ?? result;
}
