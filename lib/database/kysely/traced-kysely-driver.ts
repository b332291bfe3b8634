import type { DatabaseHandler } from '../database.handler.js';
import { joinTransaction, TransactionSpan } from '../transaction-span.js';
import { type KyselyConnectionShape, type KyselyDriverShape, putMethod } from './kysely-shape.js';
import { TracedKyselyConnection } from './traced-kysely-connection.js';

type Method = (...values: unknown[]) => Promise<unknown>;

const drivers = new WeakSet<object>();

/**
 * Traces the connections that one driver of Kysely hands out, and its transactions as spans around their
 * queries. It replaces methods of the driver object, which Kysely calls.
 */
export class TracedKyselyDriver {
  readonly #handler: DatabaseHandler;
  /** By connection: the error of the transaction's COMMIT. */
  readonly #failures = new WeakMap<object, { readonly error: unknown }>();

  private constructor(handler: DatabaseHandler) {
    this.#handler = handler;
  }

  /** Traces a driver once. */
  static attach(driver: KyselyDriverShape, handler: DatabaseHandler): void {
    if (drivers.has(driver)) return;
    drivers.add(driver);
    const traced = new TracedKyselyDriver(handler);
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
      traced.#endTransaction(values[0] as object);
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
    const wait = this.#handler.beginWait();
    try {
      const connection = await wait.run(() => original(...values));
      TracedKyselyConnection.attach(connection as KyselyConnectionShape, this.#handler);
      wait.succeed(connection as object);
      return connection;
    } catch (error) {
      wait.fail(error);
      throw error;
    }
  }

  async #begin(original: Method, values: unknown[]): Promise<unknown> {
    const transaction = TransactionSpan.begin(this.#handler, values[0] as object);
    try {
      return await joinTransaction(transaction, () => original(...values));
    } catch (error) {
      transaction?.fail(error);
      throw error;
    }
  }

  async #commit(original: Method, values: unknown[]): Promise<unknown> {
    const connection = values[0] as object;
    try {
      const result = await joinTransaction(TransactionSpan.of(connection), () =>
        original(...values),
      );
      this.#endTransaction(connection);
      return result;
    } catch (error) {
      // Kysely sends a ROLLBACK next, which belongs to the transaction.
      this.#failures.set(connection, { error });
      throw error;
    }
  }

  async #rollback(original: Method, values: unknown[]): Promise<unknown> {
    const connection = values[0] as object;
    const result = await joinTransaction(TransactionSpan.of(connection), () => original(...values));
    this.#endTransaction(connection);
    return result;
  }

  /** Called after COMMIT and ROLLBACK, and at the latest when the connection is released. */
  #endTransaction(connection: object): void {
    const failure = this.#failures.get(connection);
    this.#failures.delete(connection);
    const transaction = TransactionSpan.of(connection);
    if (failure === undefined) transaction?.end();
    else transaction?.fail(failure.error);
  }
}
