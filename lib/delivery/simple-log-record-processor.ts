import type { LogRecordExporter } from '../export/log-record-exporter.js';
import type { LogRecordProcessor, PipelineCounts, ReadableLogRecord } from '../trace/index.js';
import { DELIVERED_LOG_RECORDS } from './delivered-signal.js';
import type { PipelineState } from './export-pipeline.js';
import { SimpleDelivery, type SimpleProcessorOptions } from './simple-delivery.js';

/** How many log records may wait, and how long. Spec: `logs/sdk.md#simple-processor`. */
export interface SimpleLogRecordProcessorOptions extends SimpleProcessorOptions {}

const OWNER = {
  name: 'SimpleLogRecordProcessor',
  kind: 'simple_log_processor',
  signal: DELIVERED_LOG_RECORDS,
} as const;

/**
 * Exports each log record at once, inside the call that writes the log. It suits tests; it is too slow for
 * exporters that use the network. Log records that come while an export is under way wait for it.
 */
export class SimpleLogRecordProcessor implements LogRecordProcessor {
  readonly #delivery: SimpleDelivery<ReadableLogRecord>;

  /** @throws TracingConfigError for a number outside its range, and for a value that is not an exporter */
  constructor(exporter: LogRecordExporter, options: SimpleLogRecordProcessorOptions = {}) {
    this.#delivery = new SimpleDelivery(OWNER, exporter, options);
  }

  get counts(): PipelineCounts {
    return this.#delivery.counts;
  }

  /** The queue, the export under way and the health of the exporter. */
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
