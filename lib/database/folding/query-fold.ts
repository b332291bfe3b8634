import { performance } from 'node:perf_hooks';
import type { HrTime } from '@opentelemetry/api';
import type { LocalSpan } from '../../context/index.js';
import { DB_QUERY_TEXT, DB_RESPONSE_RETURNED_ROWS } from '../attributes.js';
import { type DatabaseErrorDescription, setFailure } from '../database-error.js';
import { FOLDED_QUERY_COUNT } from './attributes.js';

/**
 * Several queries with the same summary that share one span: from the start of the first to the end of
 * the last.
 */
export class QueryFold {
  readonly span: LocalSpan;
  readonly #startReading = performance.now();
  #lastEndReading = this.#startReading;
  #count = 0;
  #runningCount = 0;
  #rowCount: number | undefined;
  #text: string | undefined;
  #isOver = false;

  constructor(span: LocalSpan) {
    this.span = span;
  }

  /** True when the span has ended: no more queries can join. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * A query begins.
   *
   * @param text as the span may show it; shown only if it is that of all
   */
  join(text: string | undefined): void {
    if (this.#count === 0) this.#text = text;
    else if (text !== this.#text) this.#text = undefined;
    this.#count++;
    this.#runningCount++;
  }

  /** A query that has joined has succeeded. */
  finishOne(rowCount: number | undefined): void {
    if (this.#isOver) return;
    this.#runningCount--;
    this.#lastEndReading = performance.now();
    if (rowCount !== undefined) this.#rowCount = (this.#rowCount ?? 0) + rowCount;
  }

  /**
   * A query that has joined has failed. Where no other has, the span is its own and ends with it.
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

  /** The span above ends, and nothing more joins. Queries that still run count as part of it. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { span } = this;
    span.setAttribute(FOLDED_QUERY_COUNT, this.#count);
    if (this.#text !== undefined) span.setAttribute(DB_QUERY_TEXT, this.#text);
    if (this.#rowCount !== undefined) span.setAttribute(DB_RESPONSE_RETURNED_ROWS, this.#rowCount);
    span.end(this.#runningCount > 0 ? undefined : this.timeOf(this.#lastEndReading));
  }

  /**
   * A time by the clock of the span, which only its tracer can read.
   *
   * @param reading of `performance.now()`
   * @returns undefined for a span that does not say when it began
   */
  timeOf(reading: number): HrTime | undefined {
    const { startTime } = this.span;
    if (startTime === undefined) return undefined;
    const nanos = startTime[1] + Math.round((reading - this.#startReading) * 1e6);
    return [startTime[0] + Math.floor(nanos / 1e9), nanos % 1e9];
  }
}
