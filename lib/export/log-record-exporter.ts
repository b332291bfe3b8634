import type { ReadableLogRecord } from '../trace/readable-log-record.js';
import type { ExportControl, ExportResult } from './exporter.js';

/**
 * Delivers log records. The interface is OpenTelemetry's, so its exporters fit unchanged;
 * {@link LogRecordExporter.openBatch}, {@link LogRecordExporter.maxConcurrentExports} and
 * {@link ExportControl} are additions, and optional. The contract is that of `SpanExporter`, with log records in place of ended spans: who calls, who retries and who times out,
 * and what happens to an exporter that was passed as an instance.
 *
 * Spec: `logs/sdk.md#logrecordexporter`.
 */
export interface LogRecordExporter {
  /** Delivers the log records, and calls back once when the outcome is known. */
  export(
    records: ReadableLogRecord[],
    resultCallback: (result: ExportResult) => void,
    control?: ExportControl,
  ): void;
  /** Resolves when every export that began before the call has a result. */
  forceFlush?(): Promise<void>;
  /** Called once, after the last export; may be called while one is under way. */
  shutdown(): Promise<void>;
  /**
   * Opens a batch that encodes log records when they are emitted, so that waiting ones take the bytes of the
   * request and no objects. Same contract as `openBatch` of `SpanExporter`.
   */
  openBatch?(): LogRecordBatch | undefined;
  /**
   * Exports that one processor may have under way at once, 1 to 1000. Same contract as
   * `maxConcurrentExports` of `SpanExporter`.
   *
   * @default 1: exports never overlap for one processor
   */
  readonly maxConcurrentExports?: number;
}

/** Log records that are encoded one by one, and exported together. Same contract as `SpanBatch`. */
export interface LogRecordBatch {
  /**
   * Encodes a log record, and keeps no reference to it.
   *
   * @returns the bytes that it takes in the request; 0 for one that cannot be encoded; `full` if it belongs
   *   into the next batch
   */
  add(record: ReadableLogRecord): number | 'full';
  /**
   * Called when no log record follows and the batch waits for its export.
   *
   * @default nothing is released
   */
  seal?(): void;
  /** Exports the log records that were added, at least one. */
  export(resultCallback: (result: ExportResult) => void, control?: ExportControl): void;
}
