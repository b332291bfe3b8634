import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { DB_RESPONSE_RETURNED_ROWS } from './attributes.js';
import {
  type DatabaseErrorDescription,
  describeDatabaseError,
  setFailure,
} from './database-error.js';
import type { DatabaseSettings } from './database-settings.js';
import { maskErrors } from './mask-errors.js';
import { commentSql } from './sql/comment-sql.js';

/** A query with a span. The first call of `finish` or `fail` ends it; later calls change nothing. */
export interface DatabaseOperation {
  /** The span of the query, which is not active unless {@link run} makes it so. */
  readonly span: LocalSpan;
  /** True if several queries share the span; do not set attributes of this query on it. */
  readonly isFolded: boolean;

  /** Runs `send` with the span active, so that a traced client below it adds no second span. */
  run<T>(send: () => T): T;

  /** Runs `callback` in the context of the code that sent the query. */
  runOutside<T>(callback: () => T): T;

  /**
   * The text to send: with a comment that names the span if the option `sqlCommenter` asks for it.
   *
   * @param isCacheKey whether the driver caches something by the text, such as prepared statements
   */
  textToSend(text: string, isCacheKey?: boolean): string;

  /**
   * Ends the span of a query that succeeded.
   *
   * @param countRows called only if rows are captured; returns undefined if the number is unknown
   */
  finish(countRows?: () => number | undefined): void;

  /**
   * Ends the span of a query that failed. Spans that the error passes afterwards record it without
   * the values of the query; the error is unchanged.
   */
  fail(error: unknown): void;
}

/** A query with a span of its own. */
export class QueryOperation implements DatabaseOperation {
  readonly isFolded: boolean = false;
  /** The span of the query. */
  readonly span: LocalSpan;
  readonly #outside: TracingContext;
  readonly #settings: DatabaseSettings;
  readonly #system: string;
  #inside: TracingContext | undefined;
  #isOver = false;

  /** @param system a value of `db.system.name` */
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

  run<T>(send: () => T): T {
    if (this.#inside === undefined) {
      // Only code that runs in this context looks for the span; adding every span would be expensive.
      operations.set(this.span, this);
      this.#inside = this.#outside.withSpan(this.span);
    }
    return contextStorage.run(this.#inside, send);
  }

  runOutside<T>(callback: () => T): T {
    return contextStorage.run(this.#outside, callback);
  }

  textToSend(text: string, isCacheKey = false): string {
    const { sqlCommenter } = this.#settings;
    if (sqlCommenter === false) return text;
    const isCached = isCacheKey || !SYSTEMS_WITHOUT_TEXT_CACHE.has(this.#system);
    if (isCached && sqlCommenter === true) return text;
    return commentSql(text, this.#system, traceparentOf(this.span));
  }

  finish(countRows?: () => number | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.succeed(this.#settings.captureReturnedRows ? tryCount(countRows) : undefined);
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const failure = describeDatabaseError(error);
    maskErrors(error);
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

/** Systems whose plan cache is not keyed by query text, except for prepared statements. */
const SYSTEMS_WITHOUT_TEXT_CACHE = new Set(['postgresql', 'mysql', 'mariadb']);

/** https://google.github.io/sqlcommenter/spec/. The value has no character that needs escaping. */
function traceparentOf(span: LocalSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `traceparent='00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}'`;
}

function tryCount(countRows: (() => number | undefined) | undefined): number | undefined {
  try {
    return countRows?.();
  } catch {
    // The result throws when its members are read.
    return undefined;
  }
}

/** By span. Of a span that several queries share, the last of them. */
const operations = new WeakMap<object, DatabaseOperation>();

/**
 * The query that is under way and whose span is active, so that a client below needs no span; undefined if there is
 * none. A connection that was opened for a query stays in its context, and what runs there later is not part of it.
 */
export function operationIn({ span }: TracingContext): DatabaseOperation | undefined {
  return span?.isRecording() === true ? operations.get(span) : undefined;
}
