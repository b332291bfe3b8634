import type { HrTime } from '@opentelemetry/api';
import type { LocalSpan, TracingContext } from '../../context/index.js';
import { type DatabaseErrorDescription, setFailure } from '../database-error.js';
import { QueryOperation } from '../database-operation.js';
import type { DatabaseSettings } from '../database-settings.js';
import type { QueryMeasurement } from '../query-measurement.js';
import { type QueryFold, readMonotonicMillis } from './query-fold.js';

/** A query that shares its span with others. If it fails, it gets a span of its own. */
export class FoldedOperation extends QueryOperation {
  override readonly isFolded = true;
  readonly #fold: QueryFold;
  readonly #startMonotonicMillis = readMonotonicMillis();
  readonly #startOwnSpan: (startTime: HrTime | undefined) => LocalSpan;

  /**
   * @param text the text that the span may show
   * @param startOwnSpan called if the query fails, with the query's start time
   * @param measurement undefined in an application without metrics
   */
  constructor(
    fold: QueryFold,
    text: string | undefined,
    outside: TracingContext,
    settings: DatabaseSettings,
    system: string,
    startOwnSpan: (startTime: HrTime | undefined) => LocalSpan,
    measurement?: QueryMeasurement,
  ) {
    super(fold.span, outside, settings, system, measurement);
    this.#fold = fold;
    this.#startOwnSpan = startOwnSpan;
    fold.join(text);
  }

  protected override succeed(rowCount: number | undefined): void {
    this.#fold.finishOne(rowCount);
  }

  protected override giveUp(failure: DatabaseErrorDescription): void {
    if (this.#fold.failOne(failure)) return;
    const span = this.#startOwnSpan(this.#fold.timeOf(this.#startMonotonicMillis));
    setFailure(span, failure);
    span.end();
  }
}
