import type { ReadableLogRecord } from './readable-log-record.js';
import type { PipelineCounts } from './span-processor.js';

/**
 * Receives every log record. The interface is OpenTelemetry's, so processors of this library can also serve
 * the log records of another SDK. `onEmit` is called inside the user's code: it must be fast and must not
 * throw. `forceFlush` and `shutdown` can be called at any time, repeatedly, and concurrently.
 * Spec: `logs/sdk.md#logrecordprocessor`.
 */
export interface LogRecordProcessor {
  /** Called when a log record is emitted. It does not change any more. */
  onEmit(record: ReadableLogRecord): void;
  /** Resolves when all log records that were emitted before the call are delivered, failed or dropped. */
  forceFlush(): Promise<void>;
  /** Flushes, then releases all resources. Log records that come afterwards count as dropped. */
  shutdown(): Promise<void>;
  /**
   * The number of log records by outcome; undefined for processors that do not count.
   * @default undefined
   */
  readonly counts?: PipelineCounts;
}
