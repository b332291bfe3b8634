import { runSuppressed } from '../context/suppressed.js';
import type { Diagnostics } from '../diagnostics.js';
import { undeliveredCount } from '../export/partial-result.js';
import type { ExportResult } from '../export/span-exporter.js';
import type { ExportBatch } from './export-batch.js';

/** What came of one call of an exporter. */
export interface DeliveryOutcome {
  readonly deliveredCount: number;
  readonly undeliveredCount: number;
  /** Why all or some were not delivered, as far as it is known. */
  readonly error: unknown;
}

/**
 * One call of an exporter, made into exactly one outcome: also of an exporter that throws, rejects,
 * calls back twice, with nonsense, or never.
 */
export class Delivery {
  readonly #spanCount: number;
  #timer: NodeJS.Timeout | undefined;
  #isSettled = false;
  #hasCalledBack = false;

  constructor(
    private readonly batch: ExportBatch,
    private readonly timeoutMillis: number,
    private readonly diagnostics: Diagnostics,
    /** Called once, maybe before {@link start} returns. Must not throw. */
    private readonly onSettled: (outcome: DeliveryOutcome) => void,
  ) {
    this.#spanCount = batch.size;
  }

  /** Calls the exporter, with tracing suppressed. Never throws. */
  start(): void {
    const { pending } = this.batch;
    if (pending === undefined) this.#export();
    else void Promise.allSettled(pending).then(() => this.#isSettled || this.#export());
    if (this.#isSettled) return;
    this.#timer = setTimeout(
      () => this.giveUp(new Error(`no answer of the exporter within ${this.timeoutMillis} ms`)),
      this.timeoutMillis,
    );
    this.#timer.unref();
  }

  /** Counts what is under way as failed, and listens no more. */
  giveUp(error: Error): void {
    this.#settle(this.#spanCount, error);
  }

  #export(): void {
    try {
      const returned: unknown = runSuppressed(() =>
        this.batch.export((result) => this.#calledBack(result)),
      );
      if (isThenable(returned)) returned.then(undefined, (error) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  #calledBack(result: ExportResult | undefined): void {
    if (this.#hasCalledBack) {
      this.diagnostics.report('A span exporter called back more than once for one export');
      return;
    }
    this.#hasCalledBack = true;
    this.#settle(undeliveredCount(result, this.#spanCount), result?.error);
  }

  #failed(error: unknown): void {
    this.#settle(this.#spanCount, error);
  }

  #settle(undelivered: number, error: unknown): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.onSettled({
      deliveredCount: this.#spanCount - undelivered,
      undeliveredCount: undelivered,
      error,
    });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}
