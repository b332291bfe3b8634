import { runSuppressed } from '../context/suppressed.js';
import type { Diagnostics } from '../diagnostics.js';
import type { ExportResult } from '../export/span-exporter.js';
import type { ExportBatch } from './export-batch.js';

/** The outcome of one export. */
export interface DeliveryOutcome {
  readonly deliveredCount: number;
  readonly undeliveredCount: number;
  /** Why spans were not delivered; undefined where the exporter gave no reason. */
  readonly error: unknown;
}

/**
 * The export of one batch. It has exactly one outcome, also where the exporter throws, rejects, or
 * calls back twice, with nonsense or never.
 */
export class Delivery {
  #timer: NodeJS.Timeout | undefined;
  #isSettled = false;
  #hasCalledBack = false;

  constructor(
    private readonly batch: ExportBatch,
    private readonly timeoutMillis: number,
    private readonly diagnostics: Diagnostics,
    /** Called once, maybe before {@link start} returns. Must not throw. */
    private readonly onSettled: (outcome: DeliveryOutcome) => void,
  ) {}

  /** Calls the exporter, with tracing suppressed. Never throws. */
  start(): void {
    this.#begin();
    if (this.#isSettled) return;
    this.#timer = setTimeout(
      () => this.giveUp(new Error(`no answer of the exporter within ${this.timeoutMillis} ms`)),
      this.timeoutMillis,
    );
    this.#timer.unref();
  }

  /** Counts the spans as failed, unless the export has its outcome, and ignores a later result. */
  giveUp(error: unknown): void {
    this.#settle(this.batch.size, error);
  }

  #begin(): void {
    try {
      const { pending } = this.batch;
      if (pending === undefined) this.#export();
      else void Promise.allSettled(pending).then(() => this.#isSettled || this.#export());
    } catch (error) {
      this.giveUp(error);
    }
  }

  #export(): void {
    try {
      const returned: unknown = runSuppressed(() =>
        this.batch.export((result) => this.#calledBack(result)),
      );
      if (isThenable(returned)) returned.then(undefined, (error) => this.giveUp(error));
    } catch (error) {
      this.giveUp(error);
    }
  }

  #calledBack(result: ExportResult | undefined): void {
    if (this.#hasCalledBack) {
      this.diagnostics.report('A span exporter called back more than once for one export');
      return;
    }
    this.#hasCalledBack = true;
    this.#settle(this.batch.undeliveredCountOf(result), this.batch.errorOf(result));
  }

  #settle(undeliveredCount: number, error: unknown): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.onSettled({
      deliveredCount: this.batch.size - undeliveredCount,
      undeliveredCount,
      error,
    });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}
