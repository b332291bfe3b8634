import { setImmediate } from 'node:timers/promises';
import {
  type ExportResult,
  ExportResultCode,
  type PartialExportResult,
  type SpanBatch,
  type SpanExporter,
} from '../../export/index.js';
import type { ReadableSpan } from '../../trace/index.js';
import { type Demand, isError } from './demand.js';
import type { ExporterUnderTest } from './span-exporter-contract.js';

/** Calls an exporter, waits for its results and says what they must be. */
export class WatchedExport {
  readonly #demand: Demand;
  readonly #deadlineMillis: number;

  constructor(demand: Demand, deadlineMillis: number) {
    this.#demand = demand;
    this.#deadlineMillis = deadlineMillis;
  }

  /** Exports the spans, and returns all results that came, a turn of the event loop after the first one. */
  ofSpans(exporter: SpanExporter, spans: ReadableSpan[]): Promise<PartialExportResult[]> {
    return this.#watch((callback) => exporter.export(spans, callback));
  }

  ofBatch(batch: SpanBatch): Promise<PartialExportResult[]> {
    return this.#watch((callback) => batch.export(callback));
  }

  async #watch(
    exportSpans: (callback: (result: ExportResult) => void) => void,
  ): Promise<PartialExportResult[]> {
    const results: ExportResult[] = [];
    exportSpans((result) => results.push(result));
    const isCalled = await this.#until(() => results.length > 0);
    this.#demand.that(
      isCalled,
      `a call of the result callback within ${this.#deadlineMillis} ms`,
      'no call',
    );
    await setImmediate();
    return results;
  }

  /** @throws ContractViolation unless there is one result, a plain success */
  expectSuccess(results: readonly PartialExportResult[], what = 'the results'): void {
    this.#demand.equal(
      results.map(({ code, error, rejectedCount = 0 }) => ({ code, error, rejectedCount })),
      [{ code: ExportResultCode.SUCCESS, error: undefined, rejectedCount: 0 }],
      `${what}: one call with success`,
    );
  }

  /** @throws ContractViolation unless there is one result, a failure */
  expectFailure(results: readonly PartialExportResult[]): void {
    this.#demand.equal(
      results.map(({ code, rejectedCount = 0 }) => ({ code, rejectedCount })),
      [{ code: ExportResultCode.FAILED, rejectedCount: 0 }],
      'the results: one call with FAILED, which is about all spans',
    );
  }

  /** @throws ContractViolation unless there is one result, with a reason */
  expectReason(results: readonly PartialExportResult[]): void {
    this.#demand.that(
      results.length === 1 && isError(results[0]?.error),
      'one result whose `error` is an Error',
      results,
    );
  }

  /** @throws ContractViolation unless there is one result, whatever it says */
  expectOne(results: readonly PartialExportResult[]): void {
    this.#demand.that(results.length === 1, 'one call of the result callback', results);
  }

  /** Flushes the exporter, and waits until exactly these spans have reached the destination. */
  async expectDelivered(subject: ExporterUnderTest, names: readonly string[]): Promise<void> {
    this.#demand.that(
      typeof subject.deliveredNames === 'function',
      'deliveredNames() of what the subject creates, or a reason in `cannot.deliver`',
      subject.deliveredNames,
    );
    await subject.exporter.forceFlush?.();
    let delivered: readonly string[] = [];
    await this.#until(async () => {
      delivered = (await subject.deliveredNames?.()) ?? [];
      return delivered.length >= names.length;
    });
    this.#demand.equal(
      [...delivered].sort(),
      [...names].sort(),
      'the names of the delivered spans',
    );
  }

  /** Does not sleep: a result can come in any turn of the event loop. */
  async #until(holds: () => boolean | Promise<boolean>): Promise<boolean> {
    const deadline = performance.now() + this.#deadlineMillis;
    while (!(await holds())) {
      if (performance.now() > deadline) return false;
      await setImmediate();
    }
    return true;
  }
}
