import { performance } from 'node:perf_hooks';
import type { HrTime } from '@opentelemetry/api';
import type { LocalSpan, TracingContext } from '../../context/index.js';
import { type DatabaseErrorDescription, setFailure } from '../database-error.js';
import { DatabaseOperation } from '../database-operation.js';
import type { DatabaseSettings } from '../database-settings.js';
import type { QueryFold } from './query-fold.js';

/** A query that runs and shares its span with others. If it fails it gets one of its own. */
export class FoldedOperation extends DatabaseOperation {
  override readonly isFolded = true;
  readonly #fold: QueryFold;
  readonly #startReading = performance.now();
  readonly #startOwnSpan: (startTime: HrTime | undefined) => LocalSpan;

  /**
   * @param text as the span may show it
   * @param startOwnSpan called if the query fails, with the time at which it began
   */
  constructor(
    fold: QueryFold,
    text: string | undefined,
    outside: TracingContext,
    settings: DatabaseSettings,
    system: string,
    startOwnSpan: (startTime: HrTime | undefined) => LocalSpan,
  ) {
    super(fold.span, outside, settings, system);
    this.#fold = fold;
    this.#startOwnSpan = startOwnSpan;
    fold.join(text);
  }

  protected override succeed(rowCount: number | undefined): void {
    this.#fold.finishOne(rowCount);
  }

  protected override giveUp(failure: DatabaseErrorDescription): void {
    if (this.#fold.failOne(failure)) return;
    const span = this.#startOwnSpan(this.#fold.timeOf(this.#startReading));
    setFailure(span, failure);
    span.end();
  }
}
