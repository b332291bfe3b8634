import { createContextKey } from '@opentelemetry/api';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { DB_RESPONSE_RETURNED_ROWS, SERVER_ADDRESS, SERVER_PORT } from './attributes.js';
import {
  type DatabaseErrorDescription,
  describeDatabaseError,
  setFailure,
} from './database-error.js';
import type { DatabaseSettings } from './database-settings.js';
import { maskErrors } from './mask-errors.js';
import type { QueryMeasurement } from './query-measurement.js';
import { commentSql } from './sql/comment-sql.js';

/** A query with a span. The first call of `finish` or `fail` ends it; later calls change nothing. */
export interface DatabaseOperation {
  /** The span of the query, which is not active unless {@link run} makes it so. */
  readonly span: LocalSpan;
  /** True if several queries share the span; do not set attributes of this query on it. */
  readonly isFolded: boolean;
  /** Whether neither `finish` nor `fail` has been called. */
  readonly isUnderWay: boolean;

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
   * Tells the server that the query went to, if it was not known at the start.
   *
   * @param address undefined if it is not known
   */
  wentTo(address: string | undefined, port: number | undefined): void;

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
  readonly #measurement: QueryMeasurement | undefined;
  #inside: TracingContext | undefined;
  #isOver = false;

  /**
   * @param system a value of `db.system.name`
   * @param measurement undefined in an application without metrics
   */
  constructor(
    span: LocalSpan,
    outside: TracingContext,
    settings: DatabaseSettings,
    system: string,
    measurement?: QueryMeasurement,
  ) {
    this.span = span;
    this.#outside = outside;
    this.#settings = settings;
    this.#system = system;
    this.#measurement = measurement;
  }

  run<T>(send: () => T): T {
    this.#inside ??= this.#contextInside(this.#outside);
    return contextStorage.run(this.#inside, send);
  }

  /** The context of the code that sends the query, in which other clients have no spans. */
  #contextInside(outside: TracingContext): TracingContext {
    const inside = outside.withSpan(this.span);
    // All queries of a trace that is not sampled can have the same span.
    if (!this.span.isRecording()) return inside.setValue(MEASURED, this);
    // Only code that runs in this context looks for the span; adding every span would be expensive.
    operations.set(this.span, this);
    return inside;
  }

  get isUnderWay(): boolean {
    return !this.#isOver;
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

  wentTo(address: string | undefined, port: number | undefined): void {
    if (!this.isFolded) {
      this.span.setAttribute(SERVER_ADDRESS, address);
      this.span.setAttribute(SERVER_PORT, port);
    }
    this.#measurement?.wentTo(address, port);
  }

  finish(countRows?: () => number | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.succeed(this.#settings.captureReturnedRows ? tryCount(countRows) : undefined);
    this.#measurement?.end(undefined);
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const failure = describeDatabaseError(error);
    maskErrors(error);
    this.giveUp(failure);
    this.#measurement?.end(failure);
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

/**
 * A query in a trace that is not sampled: its duration is measured, and nothing else. Its text is sent unchanged, and
 * its span is that of its parent, which all queries of the trace share.
 */
export class UnsampledOperation extends QueryOperation {
  override textToSend(text: string): string {
    return text;
  }

  /** The span belongs to other code. */
  protected override succeed(): void {}

  /** The span belongs to other code. */
  protected override giveUp(): void {}
}

/** The key of the query that is sent, if its span is not recorded. */
const MEASURED = createContextKey('nestjs-traced measured query');

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
export function operationIn(context: TracingContext): DatabaseOperation | undefined {
  const { span } = context;
  if (span === undefined) return undefined;
  if (span.isRecording()) return operations.get(span);
  const measured = context.getValue(MEASURED) as QueryOperation | undefined;
  return measured?.span === span && measured.isUnderWay ? measured : undefined;
}
