import { SpanStatusCode } from '@opentelemetry/api';
import type { LocalSpan, TracingContext } from '../context/index.js';
import { DB_RESPONSE_RETURNED_ROWS, DB_RESPONSE_STATUS_CODE, ERROR_TYPE } from './attributes.js';
import { describeDatabaseError } from './database-error.js';

/** A query that runs, with its span. Only the first call of `finish` or `fail` counts. */
export class DatabaseOperation {
  readonly span: LocalSpan;
  readonly #outside: TracingContext;
  readonly #capturesRows: boolean;
  #isOver = false;

  constructor(span: LocalSpan, outside: TracingContext, capturesRows: boolean) {
    this.span = span;
    this.#outside = outside;
    this.#capturesRows = capturesRows;
    databaseSpans.add(span);
  }

  /** The context with the span active, for clients that are traced themselves. */
  get context(): TracingContext {
    return this.#outside.withSpan(this.span);
  }

  /** The context of whoever sent the query: what is done with the result belongs there. */
  get outside(): TracingContext {
    return this.#outside;
  }

  /**
   * The query has succeeded.
   *
   * @param rowCount asked only if rows are captured; undefined if it is not known
   */
  finish(rowCount?: () => number | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const count = this.#capturesRows ? tryCount(rowCount) : undefined;
    if (count !== undefined) this.span.setAttribute(DB_RESPONSE_RETURNED_ROWS, count);
    this.span.end();
  }

  /**
   * The query has failed. The error gets no event here: its message and stack may repeat values of the
   * query. Where it leaves the user's own code it is recorded as any other.
   */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { type, statusCode, message } = describeDatabaseError(error);
    this.span.setAttribute(ERROR_TYPE, type);
    if (statusCode !== undefined) this.span.setAttribute(DB_RESPONSE_STATUS_CODE, statusCode);
    this.span.setStatus({ code: SpanStatusCode.ERROR, message });
    this.span.end();
  }
}

function tryCount(rowCount: (() => number | undefined) | undefined): number | undefined {
  try {
    return rowCount?.();
  } catch {
    // A result that refuses to be looked at.
    return undefined;
  }
}

const databaseSpans = new WeakSet<object>();

/** True inside a query that is traced: a traced client below a traced ORM adds no second span. */
export function isInsideQuery(context: TracingContext): boolean {
  return context.span !== undefined && databaseSpans.has(context.span);
}
