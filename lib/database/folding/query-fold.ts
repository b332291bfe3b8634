import { performance } from 'node:perf_hooks';
import type { HrTime } from '@opentelemetry/api';
import type { LocalSpan } from '../../context/index.js';
import { DB_QUERY_TEXT, DB_RESPONSE_RETURNED_ROWS, FOLDED_QUERY_COUNT } from '../attributes.js';
import { type DatabaseErrorDescription, setFailure } from '../database-error.js';

/** Taken once: tests that replace the clock of `performance` must not shift spans. */
export const readMonotonicMillis = performance.now.bind(performance);

/**
 * Several queries with one summary that share one span, from the start of the first query to the end of
 * the last.
 */
export class QueryFold {
  readonly span: LocalSpan;
  readonly #startMonotonicMillis: number;
  #lastEndMonotonicMillis: number;
  #count = 0;
  #runningCount = 0;
  #rowCount: number | undefined;
  #text: string | undefined;
  #isOver = false;

  /** @param startMonotonicMillis the start of the span, a result of {@link readMonotonicMillis} */
  constructor(span: LocalSpan, startMonotonicMillis = readMonotonicMillis()) {
    this.span = span;
    this.#startMonotonicMillis = startMonotonicMillis;
    this.#lastEndMonotonicMillis = startMonotonicMillis;
  }

  /** Whether the span has ended, so that no more queries can join. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * A query starts.
   *
   * @param text the text that the span may show; it is shown only if all queries have the same
   */
  join(text: string | undefined): void {
    if (this.#count === 0) this.#text = text;
    else if (text !== this.#text) this.#text = undefined;
    this.#count++;
    this.#runningCount++;
  }

  /** A query that joined has succeeded. */
  finishOne(rowCount: number | undefined): void {
    if (this.#isOver) return;
    this.#runningCount--;
    this.#lastEndMonotonicMillis = readMonotonicMillis();
    if (rowCount !== undefined) this.#rowCount = (this.#rowCount ?? 0) + rowCount;
  }

  /**
   * A query that joined has failed. If it is the only one, the shared span becomes its span and ends.
   *
   * @returns false if the query needs a span of its own
   */
  failOne(failure: DatabaseErrorDescription): boolean {
    if (this.#isOver) return false;
    this.#runningCount--;
    this.#count--;
    if (this.#count > 0) return false;
    this.#isOver = true;
    if (this.#text !== undefined) this.span.setAttribute(DB_QUERY_TEXT, this.#text);
    setFailure(this.span, failure);
    this.span.end();
    return true;
  }

  /** Ends the shared span, because the parent ends. Queries that still run count as part of it. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { span } = this;
    span.setAttribute(FOLDED_QUERY_COUNT, this.#count);
    if (this.#text !== undefined) span.setAttribute(DB_QUERY_TEXT, this.#text);
    if (this.#rowCount !== undefined) span.setAttribute(DB_RESPONSE_RETURNED_ROWS, this.#rowCount);
    span.end(this.#runningCount > 0 ? undefined : this.timeOf(this.#lastEndMonotonicMillis));
  }

  /**
   * Converts a time to the clock of the span, which only the tracer can read: it adds the elapsed time to
   * the start time of the span.
   *
   * @param monotonicMillis a result of {@link readMonotonicMillis}
   * @returns undefined for a span without a start time
   */
  timeOf(monotonicMillis: number): HrTime | undefined {
    const { startTime } = this.span;
    if (startTime === undefined) return undefined;
    const elapsedNanos = Math.round((monotonicMillis - this.#startMonotonicMillis) * 1e6);
    const nanos = startTime[1] + elapsedNanos;
    return [startTime[0] + Math.floor(nanos / 1e9), nanos % 1e9];
  }
}
