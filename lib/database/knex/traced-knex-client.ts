import { contextStorage, maskMessage } from '../../context/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import { describeDatabaseError } from '../database-error.js';
import type { DatabaseOperation } from '../database-operation.js';
import { joinTransaction, TransactionSpan } from '../transaction-span.js';
import {
  countRows,
  endStream,
  isEmitter,
  keepContextOfListeners,
  watchEvents,
} from '../watch-query.js';
import type { KnexClientClass, KnexQueryShape, KnexRunnerShape } from './knex-shape.js';

/**
 * A class of Knex clients that extends the class of a dialect: each query that goes to the driver, each
 * stream and each outermost transaction has a span.
 *
 * @param dialect the class of the dialect's clients
 */
export function createTracedClientClass(
  dialect: KnexClientClass,
  handler: DatabaseHandler,
): KnexClientClass {
  const transactions = new BegunTransactions();

  const begin = (connection: object, query: KnexQueryShape): DatabaseOperation | undefined =>
    joinTransaction(TransactionSpan.of(connection), () =>
      handler.begin({ text: query?.sql, parameters: query?.bindings, connection }),
    );

  class TracedClient extends dialect {
    override async acquireConnection(): Promise<object> {
      const transaction = transactions.take();
      const wait = handler.beginWait(undefined, this.pool ?? true);
      try {
        const connection = await wait.run(() => super.acquireConnection());
        wait.succeed(connection);
        transaction?.useConnection(connection);
        return connection;
      } catch (error) {
        wait.fail(error);
        transaction?.fail(error);
        throw error;
      }
    }

    override releaseConnection(connection: object): unknown {
      TransactionSpan.of(connection)?.end();
      return super.releaseConnection(connection);
    }

    /**
     * A nested transaction is a savepoint, and the end of a transaction on a connection that the user
     * supplies is unknown. Neither has a span.
     */
    override transaction(...values: unknown[]): object {
      const [, config, outer] = values;
      const isOnOwnConnection =
        (config as { connection?: unknown } | undefined)?.connection !== undefined;
      const transaction = outer || isOnOwnConnection ? undefined : transactions.begin(handler);
      if (transaction === undefined) return super.transaction(...values);
      try {
        return transaction.run(() => super.transaction(...values));
      } catch (error) {
        transaction.fail(error);
        throw error;
      }
    }

    override runner(...values: unknown[]): KnexRunnerShape {
      return withContextOfListeners(super.runner(...values));
    }

    override _query(connection: object, query: KnexQueryShape): Promise<KnexQueryShape> {
      const operation = begin(connection, query);
      if (operation === undefined) return super._query(connection, query);
      return watch(
        operation,
        () => withTextToSend(operation, query, () => super._query(connection, query)),
        (answered) => operation.finish(() => countRows(answered?.response)),
        (error) => {
          operation.fail(error);
          // Knex writes the query with its values into the message after this.
          maskMessage(error, describeDatabaseError(error).message);
          if (BEGIN_OR_COMMIT.test(query.sql ?? '')) TransactionSpan.of(connection)?.fail(error);
        },
      );
    }

    override _stream(
      connection: object,
      query: KnexQueryShape,
      ...rest: unknown[]
    ): Promise<unknown> {
      const operation = begin(connection, query);
      if (operation === undefined) return super._stream(connection, query, ...rest);
      const [stream] = rest;
      // If the reader leaves early, Knex may never settle its promise.
      if (isEmitter(stream)) watchEvents(operation, stream);
      return watch(
        operation,
        () => withTextToSend(operation, query, () => super._stream(connection, query, ...rest)),
        () => operation.finish(),
        (error) => endStream(operation, error),
      );
    }
  }
  Object.defineProperty(TracedClient, 'name', { configurable: true, value: dialect.name });
  return TracedClient;
}

const BEGIN_OR_COMMIT = /^\s{0,9}(?:begin|start|commit)\b/i;

/**
 * Sets the text to send on the query while the driver takes it. The original text is restored, because
 * Knex and its events use the query afterwards.
 */
function withTextToSend<T>(operation: DatabaseOperation, query: KnexQueryShape, send: () => T): T {
  const { sql } = query;
  if (typeof sql !== 'string') return send();
  const changed = query as { sql: string };
  changed.sql = operation.textToSend(sql);
  try {
    return send();
  } finally {
    changed.sql = sql;
  }
}

/** The user listens to a stream before it has its connection, so `_stream` is too late for this. */
function withContextOfListeners(runner: KnexRunnerShape): KnexRunnerShape {
  const original = runner.stream;
  runner.stream = function (this: unknown, ...values): unknown {
    const given = values.map((value) => {
      if (typeof value !== 'function') return value;
      return (stream: unknown): unknown => value(keepContextOfListeners(stream));
    });
    return keepContextOfListeners(Reflect.apply(original, this, given));
  };
  return runner;
}

/** Returns the derived promise, so that a rejection that the user forgot stays unhandled. */
function watch<T>(
  operation: DatabaseOperation,
  send: () => Promise<T>,
  onValue: (value: T) => void,
  onError: (error: unknown) => void,
): Promise<T> {
  let result: Promise<T>;
  try {
    result = operation.run(send);
  } catch (error) {
    onError(error);
    throw error;
  }
  return result.then(
    (value) => {
      onValue(value);
      return value;
    },
    (error: unknown) => {
      onError(error);
      throw error;
    },
  );
}

/** Transactions without a connection. A transaction of Knex begins before it has one. */
class BegunTransactions {
  readonly #bySpan = new WeakMap<object, TransactionSpan>();

  begin(handler: DatabaseHandler): TransactionSpan | undefined {
    const transaction = TransactionSpan.begin(handler);
    if (transaction !== undefined) this.#bySpan.set(transaction.span, transaction);
    return transaction;
  }

  /** The transaction of the active span, the first time it acquires a connection. */
  take(): TransactionSpan | undefined {
    const { span } = contextStorage.active();
    if (span === undefined) return undefined;
    const transaction = this.#bySpan.get(span);
    this.#bySpan.delete(span);
    return transaction;
  }
}
