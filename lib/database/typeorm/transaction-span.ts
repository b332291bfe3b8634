import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { contextStorage, type LocalSpan, type TracingContext } from '../../context/index.js';
import { DB_NAMESPACE, DB_SYSTEM_NAME, ERROR_TYPE } from '../attributes.js';
import type { DatabaseHandler } from '../database.handler.js';
import { describeDatabaseError } from '../database-error.js';
import type { DatabaseSource } from '../database-options.js';

const transactions = new WeakMap<object, TransactionSpan>();

/** A transaction that runs, with its span of kind INTERNAL; begin, commit and savepoints are queries in it. */
export class TransactionSpan {
  /** Where the transaction was begun. */
  readonly outside: TracingContext;
  /** The context with the transaction's span. */
  readonly context: TracingContext;
  readonly #runner: object;
  readonly #span: LocalSpan;
  #isOver = false;

  private constructor(runner: object, span: LocalSpan, outside: TracingContext) {
    this.#runner = runner;
    this.#span = span;
    this.outside = outside;
    this.context = outside.withSpan(span);
  }

  /** The transaction that runs on a query runner; undefined if none does, or it is not traced. */
  static of(runner: object | undefined): TransactionSpan | undefined {
    return runner === undefined ? undefined : transactions.get(runner);
  }

  /** @returns undefined where nothing is traced */
  static begin(
    runner: object,
    { tracer }: DatabaseHandler,
    { system, namespace }: DatabaseSource,
  ): TransactionSpan | undefined {
    const outside = contextStorage.active();
    const attributes = { [DB_SYSTEM_NAME]: system, [DB_NAMESPACE]: namespace };
    const span = tracer?.startSpan('transaction', { kind: SpanKind.INTERNAL, attributes }, outside);
    if (span === undefined) return undefined;
    const transaction = new TransactionSpan(runner, span, outside);
    transactions.set(runner, transaction);
    return transaction;
  }

  /** Does what belongs to the transaction. */
  run<T>(work: () => T): T {
    return contextStorage.run(this.context, work);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (transactions.get(this.#runner) === this) transactions.delete(this.#runner);
    this.#span.end();
  }

  /** It could not be begun, or not be committed. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    const { type, message } = describeDatabaseError(error);
    this.#span.setAttribute(ERROR_TYPE, type);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
    this.end();
  }
}
