import { SpanKind } from '@opentelemetry/api';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { DB_NAMESPACE, DB_SYSTEM_NAME } from './attributes.js';
import type { DatabaseHandler } from './database.handler.js';
import { describeDatabaseError, setFailure } from './database-error.js';
import { maskErrors } from './mask-errors.js';

const transactions = new WeakMap<object, TransactionSpan>();
/** By span: transactions of an ORM that its query builder has not begun yet. */
const expected = new WeakMap<LocalSpan, TransactionSpan>();

/**
 * The span of a transaction, of kind INTERNAL. BEGIN, COMMIT and savepoints are queries inside it. The
 * first call of `end` or `fail` ends it.
 */
export class TransactionSpan {
  readonly #span: LocalSpan;
  /** The context of the code that began the transaction. */
  readonly #outside: TracingContext;
  readonly #inside: TracingContext;
  #connection: object | undefined;
  #isOver = false;

  private constructor(span: LocalSpan, outside: TracingContext) {
    this.#span = span;
    this.#outside = outside;
    this.#inside = outside.withSpan(span);
  }

  /** The running transaction of a connection; undefined if there is none or it has no span. */
  static of(connection: object | undefined): TransactionSpan | undefined {
    return connection === undefined ? undefined : transactions.get(connection);
  }

  /**
   * @param connection the object by which {@link of} finds the transaction, if it is known yet
   * @returns undefined if the transaction has no span, for the reasons of `DatabaseHandler.tracer`
   */
  static begin(handler: DatabaseHandler, connection?: object): TransactionSpan | undefined {
    const { tracer, source } = handler;
    if (tracer === undefined) return undefined;
    const outside = contextStorage.active();
    const fromAbove = takeExpected(outside.span);
    if (fromAbove !== undefined) {
      if (connection !== undefined) fromAbove.useConnection(connection);
      return fromAbove;
    }
    const attributes = {
      [DB_SYSTEM_NAME]: source.system,
      [DB_NAMESPACE]: source.namespace,
    };
    const span = tracer.startSpan('transaction', { kind: SpanKind.INTERNAL, attributes }, outside);
    const transaction = new TransactionSpan(span, outside);
    if (connection !== undefined) transaction.useConnection(connection);
    return transaction;
  }

  /**
   * Begins the transaction of an ORM, above its query builder. The first transaction that is begun inside
   * {@link run} is the same one and has no span of its own.
   *
   * @returns as {@link begin}
   */
  static beginAbove(handler: DatabaseHandler): TransactionSpan | undefined {
    const transaction = TransactionSpan.begin(handler);
    if (transaction !== undefined) expected.set(transaction.#span, transaction);
    return transaction;
  }

  get span(): LocalSpan {
    return this.#span;
  }

  /** Makes {@link of} find the transaction by its connection, until it ends. */
  useConnection(connection: object): void {
    this.#connection = connection;
    transactions.set(connection, this);
  }

  /** Runs `work` inside the transaction. */
  run<T>(work: () => T): T {
    return contextStorage.run(this.#inside, work);
  }

  /** Whether the active span is the span in which the transaction was begun. */
  get isBegunHere(): boolean {
    return contextStorage.active().span === this.#outside.span;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const connection = this.#connection;
    if (connection !== undefined && transactions.get(connection) === this) {
      transactions.delete(connection);
    }
    this.#span.end();
  }

  /** Ends the span of a transaction that could not be begun or committed. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    const { type, message } = describeDatabaseError(error);
    maskErrors(error);
    // The code is on the span of the query that failed.
    setFailure(this.#span, { type, statusCode: undefined, message });
    this.end();
  }
}

function takeExpected(span: TracingContext['span']): TransactionSpan | undefined {
  if (span === undefined) return undefined;
  const transaction = expected.get(span as LocalSpan);
  expected.delete(span as LocalSpan);
  return transaction;
}

/**
 * Runs what sends a query on a connection. A query from the span in which the connection's transaction
 * was begun becomes part of the transaction; a query from a span below keeps that span as its parent.
 *
 * @param transaction undefined if the connection has none
 */
export function joinTransaction<T>(transaction: TransactionSpan | undefined, send: () => T): T {
  return transaction?.isBegunHere === true ? transaction.run(send) : send();
}
