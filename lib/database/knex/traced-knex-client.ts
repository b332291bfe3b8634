import { errorMonitor } from 'node:events';
import { contextStorage, maskMessage } from '../../context/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import { describeDatabaseError } from '../database-error.js';
import type { DatabaseOperation } from '../database-operation.js';
import type { DatabaseSource } from '../database-options.js';
import { recordLostConnection } from '../lost-connection.js';
import { isEmitter } from '../queryable/watch-query.js';
import { TransactionSpan } from '../typeorm/transaction-span.js';
import { withinTransaction } from '../within-transaction.js';
import { countResponseRows } from './count-response-rows.js';
import type { KnexClientClass, KnexQueryShape } from './knex-shape.js';

/**
 * A class of Knex clients that do what those of a dialect do, and trace it: each query that goes to the
 * driver, each stream, and each outermost transaction as a span around its queries.
 *
 * @param dialect the class of the dialect's clients
 */
export function createTracedClientClass(
  dialect: KnexClientClass,
  handler: DatabaseHandler,
  source: DatabaseSource,
): KnexClientClass {
  const transactions = new KnexTransactions();

  const begin = (connection: object, query: KnexQueryShape): DatabaseOperation | undefined =>
    withinTransaction(transactions.of(connection), () =>
      handler.begin({ text: query?.sql, parameters: query?.bindings }),
    );

  class TracedClient extends dialect {
    override async acquireConnection(): Promise<object> {
      const transaction = transactions.takeBegun();
      const startEpochMillis = Date.now();
      try {
        const connection = await super.acquireConnection();
        if (transaction !== undefined) transactions.put(connection, transaction);
        return connection;
      } catch (error) {
        recordLostConnection(handler, source, startEpochMillis, error);
        transaction?.fail(error);
        throw error;
      }
    }

    override releaseConnection(connection: object): unknown {
      transactions.of(connection)?.end();
      transactions.remove(connection);
      return super.releaseConnection(connection);
    }

    /** One that is nested is a savepoint; one on a connection of the user's own ends nobody knows when. */
    override transaction(...values: unknown[]): object {
      const [, config, outer] = values;
      const isOwn = (config as { connection?: unknown } | undefined)?.connection !== undefined;
      const transaction = outer || isOwn ? undefined : transactions.begin(handler, source);
      if (transaction === undefined) return super.transaction(...values);
      try {
        return transaction.run(() => super.transaction(...values));
      } catch (error) {
        transaction.fail(error);
        throw error;
      }
    }

    override _query(connection: object, query: KnexQueryShape): Promise<KnexQueryShape> {
      const operation = begin(connection, query);
      if (operation === undefined) return super._query(connection, query);
      return watch(
        operation,
        () => withTextToSend(operation, query, () => super._query(connection, query)),
        (answered) => operation.finish(() => countResponseRows(answered?.response)),
        (error) => {
          operation.fail(error);
          // Knex is about to write the query with its values into the error's message.
          maskMessage(error, describeDatabaseError(error).message);
          if (BEGIN_OR_COMMIT.test(query.sql ?? '')) transactions.of(connection)?.fail(error);
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
      const fail = (error: unknown): void =>
        isLeftEarly(error) ? operation.finish() : operation.fail(error);
      if (isEmitter(stream)) {
        stream.on(errorMonitor, fail);
        // Of a stream that is left early Knex's promise need not be settled.
        stream.on('close', () => operation.finish());
      }
      return watch(
        operation,
        () => withTextToSend(operation, query, () => super._stream(connection, query, ...rest)),
        () => operation.finish(),
        fail,
      );
    }
  }
  Object.defineProperty(TracedClient, 'name', { configurable: true, value: dialect.name });
  return TracedClient;
}

const BEGIN_OR_COMMIT = /^\s{0,9}(?:begin|start|commit)\b/i;

/**
 * Drivers take the text at once. It is put back then, as Knex and its events go on with the query.
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

/** What Node destroys a stream with that somebody stops to read. */
function isLeftEarly(error: unknown): boolean {
  return (error as { code?: unknown } | null | undefined)?.code === 'ABORT_ERR';
}

/** Does what belongs to a query. The derived promise is handed on, so that none counts as handled. */
function watch<T>(
  operation: DatabaseOperation,
  work: () => Promise<T>,
  succeed: (value: T) => void,
  fail: (error: unknown) => void,
): Promise<T> {
  let result: Promise<T>;
  try {
    result = contextStorage.run(operation.context, work);
  } catch (error) {
    fail(error);
    throw error;
  }
  return result.then(
    (value) => {
      succeed(value);
      return value;
    },
    (error: unknown) => {
      fail(error);
      throw error;
    },
  );
}

/** The transactions of one client's connections. They begin before they have a connection. */
class KnexTransactions {
  readonly #begun = new WeakMap<object, TransactionSpan>();
  readonly #byConnection = new WeakMap<object, TransactionSpan>();

  begin(handler: DatabaseHandler, source: DatabaseSource): TransactionSpan | undefined {
    const transaction = TransactionSpan.begin({}, handler, source);
    const span = transaction?.context.span;
    if (transaction !== undefined && span !== undefined) this.#begun.set(span, transaction);
    return transaction;
  }

  /** The transaction that asks for its connection; undefined for whatever asks for one later. */
  takeBegun(): TransactionSpan | undefined {
    const { span } = contextStorage.active();
    const transaction = span && this.#begun.get(span);
    if (span !== undefined) this.#begun.delete(span);
    return transaction;
  }

  put(connection: object, transaction: TransactionSpan): void {
    this.#byConnection.set(connection, transaction);
  }

  of(connection: object): TransactionSpan | undefined {
    return this.#byConnection.get(connection);
  }

  remove(connection: object): void {
    this.#byConnection.delete(connection);
  }
}
