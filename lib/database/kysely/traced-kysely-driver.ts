import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseSource } from '../database-options.js';
import { recordLostConnection } from '../lost-connection.js';
import { TransactionSpan } from '../typeorm/transaction-span.js';
import { withinTransaction } from '../within-transaction.js';
import { type KyselyConnectionShape, type KyselyDriverShape, putMethod } from './kysely-shape.js';
import { TracedKyselyConnection } from './traced-kysely-connection.js';

type Method = (...values: unknown[]) => Promise<unknown>;

const drivers = new WeakSet<object>();

/**
 * Traces the connections that one driver of Kysely hands out, and its transactions as spans around their
 * queries. It hangs on the driver itself, as Kysely calls these methods on it.
 */
export class TracedKyselyDriver {
  readonly #handler: DatabaseHandler;
  readonly #source: DatabaseSource;
  /** By connection: why its transaction could not be committed. */
  readonly #failures = new WeakMap<object, { readonly error: unknown }>();

  private constructor(handler: DatabaseHandler, source: DatabaseSource) {
    this.#handler = handler;
    this.#source = source;
  }

  /** Traces a driver. Doing it again changes nothing. */
  static attach(driver: KyselyDriverShape, handler: DatabaseHandler, source: DatabaseSource): void {
    if (drivers.has(driver)) return;
    drivers.add(driver);
    const traced = new TracedKyselyDriver(handler, source);
    traced.#wrap(driver, 'acquireConnection', (original, values) =>
      traced.#acquire(original, values),
    );
    traced.#wrap(driver, 'beginTransaction', (original, values) => traced.#begin(original, values));
    traced.#wrap(driver, 'commitTransaction', (original, values) =>
      traced.#commit(original, values),
    );
    traced.#wrap(driver, 'rollbackTransaction', (original, values) =>
      traced.#rollback(original, values),
    );
    traced.#wrap(driver, 'releaseConnection', (original, values) => {
      traced.#leave(values[0] as object);
      return original(...values);
    });
  }

  #wrap(
    driver: KyselyDriverShape,
    name: keyof KyselyDriverShape,
    traced: (original: Method, values: unknown[]) => Promise<unknown>,
  ): void {
    putMethod(
      driver,
      name,
      (original) =>
        (...values) =>
          traced(original as Method, values),
    );
  }

  async #acquire(original: Method, values: unknown[]): Promise<unknown> {
    const startEpochMillis = Date.now();
    try {
      const connection = await original(...values);
      TracedKyselyConnection.attach(connection as KyselyConnectionShape, this.#handler);
      return connection;
    } catch (error) {
      recordLostConnection(this.#handler, this.#source, startEpochMillis, error);
      throw error;
    }
  }

  async #begin(original: Method, values: unknown[]): Promise<unknown> {
    const connection = values[0] as object;
    const transaction = TransactionSpan.begin(connection, this.#handler, this.#source);
    try {
      return await withinTransaction(transaction, () => original(...values));
    } catch (error) {
      transaction?.fail(error);
      throw error;
    }
  }

  async #commit(original: Method, values: unknown[]): Promise<unknown> {
    const connection = values[0] as object;
    try {
      const result = await withinTransaction(TransactionSpan.of(connection), () =>
        original(...values),
      );
      this.#leave(connection);
      return result;
    } catch (error) {
      // Kysely rolls back after it, which is part of the transaction.
      this.#failures.set(connection, { error });
      throw error;
    }
  }

  async #rollback(original: Method, values: unknown[]): Promise<unknown> {
    const connection = values[0] as object;
    const result = await withinTransaction(TransactionSpan.of(connection), () =>
      original(...values),
    );
    this.#leave(connection);
    return result;
  }

  /** The transaction is over; with the connection at the latest. */
  #leave(connection: object): void {
    const failure = this.#failures.get(connection);
    this.#failures.delete(connection);
    const transaction = TransactionSpan.of(connection);
    if (failure === undefined) transaction?.end();
    else transaction?.fail(failure.error);
  }
}
