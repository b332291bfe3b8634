import type { ReadableLogRecord } from '../trace/index.js';
import { type ExportResult, ExportResultCode } from './exporter.js';
import type { LogRecordExporter } from './log-record-exporter.js';

/** Keeps all log records in memory, without a limit: for tests. */
export class InMemoryLogExporter implements LogRecordExporter {
  #records: ReadableLogRecord[] = [];
  #isShutDown = false;

  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    if (this.#isShutDown) {
      resultCallback({
        code: ExportResultCode.FAILED,
        error: new Error('The exporter is shut down'),
      });
      return;
    }
    for (const record of records) this.#records.push(record);
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  /** The exported log records, in the order in which they were emitted. */
  getFinishedLogRecords(): ReadableLogRecord[] {
    return [...this.#records];
  }

  /** Removes all log records. */
  reset(): void {
    this.#records = [];
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Later exports fail; the log records can still be read. */
  shutdown(): Promise<void> {
    this.#isShutDown = true;
    return Promise.resolve();
  }
}
