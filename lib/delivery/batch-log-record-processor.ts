import type { LogRecordExporter } from '../export/log-record-exporter.js';
import type { LogRecordProcessor, PipelineCounts, ReadableLogRecord } from '../trace/index.js';
import { BatchDelivery, type BatchOwner, type BatchProcessorOptions } from './batch-delivery.js';
import { DELIVERED_LOG_RECORDS } from './delivered-signal.js';
import type { PipelineState } from './export-pipeline.js';

/** When log records are exported, and how many may wait for it. Spec: `logs/sdk.md#batching-processor`. */
export interface BatchLogRecordProcessorOptions extends BatchProcessorOptions {}

const OWNER: BatchOwner<ReadableLogRecord> = {
  name: 'BatchLogRecordProcessor',
  kind: 'batching_log_processor',
  signal: DELIVERED_LOG_RECORDS,
  delayMillis: 1000,
};

/**
 * Exports log records in batches, as `BatchSpanProcessor` exports spans: inside the call that writes a log,
 * the record is added to a batch, and everything else happens outside of it.
 *
 * `TracingModule` and `createTracing` create it for the option `logExporter`. Use it yourself to deliver the
 * log records of another OpenTelemetry SDK.
 *
 * @example
 * new BatchLogRecordProcessor(new OtlpLogExporter({ url: 'http://collector:4318/v1/logs' }))
 */
export class BatchLogRecordProcessor implements LogRecordProcessor {
  readonly #delivery: BatchDelivery<ReadableLogRecord>;

  /** @throws TracingConfigError for a number outside its range, and for a value that is not an exporter */
  constructor(exporter: LogRecordExporter, options: BatchLogRecordProcessorOptions = {}) {
    this.#delivery = new BatchDelivery(OWNER, exporter, options);
  }

  get counts(): PipelineCounts {
    return this.#delivery.counts;
  }

  /** The queue, the exports under way and the health of the exporter. */
  get state(): PipelineState {
    return this.#delivery.state;
  }

  onEmit(record: ReadableLogRecord): void {
    this.#delivery.add(record);
  }

  forceFlush(): Promise<void> {
    return this.#delivery.flush();
  }

  shutdown(): Promise<void> {
    return this.#delivery.shutdown();
  }
}
