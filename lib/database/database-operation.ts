import type { LocalSpan, TracingContext } from '../context/index.js';
import { DB_RESPONSE_RETURNED_ROWS } from './attributes.js';
import {
  type DatabaseErrorDescription,
  describeDatabaseError,
  maskValuesOf,
  setFailure,
} from './database-error.js';
import type { DatabaseSettings } from './database-settings.js';
import { commentSql } from './sql/index.js';

/** A query that runs, with its span. Only the first call of `finish` or `fail` counts. */
export class DatabaseOperation {
  /** True where other queries share the span, so that nothing of this one alone belongs on it. */
  readonly isFolded: boolean = false;
  /** The span of the query. */
  readonly span: LocalSpan;
  readonly #outside: TracingContext;
  readonly #settings: DatabaseSettings;
  readonly #system: string;
  #isOver = false;

  /** @param system as in `db.system.name` */
  constructor(
    span: LocalSpan,
    outside: TracingContext,
    settings: DatabaseSettings,
    system: string,
  ) {
    this.span = span;
    this.#outside = outside;
    this.#settings = settings;
    this.#system = system;
  }

  /** The context with the span active, for clients that are traced themselves. */
  get context(): TracingContext {
    // Only what runs in it asks; to remember each span would cost as much as all else that is done here.
    databaseSpans.add(this.span);
    return this.#outside.withSpan(this.span);
  }

  /** The context of whoever sent the query: what is done with the result belongs there. */
  get outside(): TracingContext {
    return this.#outside;
  }

  /**
   * The text as it is to be sent: with a comment that names the span, if that is asked for.
   *
   * @param isKept true if somebody keeps what belongs to the text by the text, such as a driver its
   *   prepared statements
   */
  textToSend(text: string, isKept = false): string {
    const { sqlCommenter } = this.#settings;
    if (sqlCommenter === false) return text;
    const isNew = isKept || !UNPREPARED_SYSTEMS.has(this.#system);
    if (isNew && sqlCommenter === true) return text;
    return commentSql(text, this.#system, traceparentOf(this.span));
  }

  /**
   * The query has succeeded.
   *
   * @param rowCount asked only if rows are captured; undefined if it is not known
   */
  finish(rowCount?: () => number | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.succeed(this.#settings.captureReturnedRows ? tryCount(rowCount) : undefined);
  }

  /**
   * The query has failed. The spans that the error passes on its way out record it as any other, but
   * for the values of the query that it repeats.
   */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const failure = describeDatabaseError(error);
    maskValuesOf(error);
    this.giveUp(failure);
  }

  /** Ends the span of a query that succeeded. */
  protected succeed(rowCount: number | undefined): void {
    if (rowCount !== undefined) this.span.setAttribute(DB_RESPONSE_RETURNED_ROWS, rowCount);
    this.span.end();
  }

  /** Ends the span of a query that failed. */
  protected giveUp(failure: DatabaseErrorDescription): void {
    setFailure(this.span, failure);
    this.span.end();
  }
}

/** Those whose plans do not hang on the text, or only on that of a statement that is prepared. */
const UNPREPARED_SYSTEMS = new Set(['postgresql', 'mysql', 'mariadb']);

/** Of https://google.github.io/sqlcommenter/spec/, where nothing in it needs to be escaped. */
function traceparentOf(span: LocalSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `traceparent='00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}'`;
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
