import { Diagnostics } from '../diagnostics.js';
import type { Exporter } from '../export/exporter.js';
import { checkBoolean, checkCount, checkMillis } from '../option-checks.js';
import type { PipelineCounts } from '../trace/index.js';
import type { BatchOwner } from './batch-delivery.js';
import type { DeliveredItem } from './delivered-signal.js';
import { ExportPipeline, type PipelineState } from './export-pipeline.js';

/** How many spans or log records may wait for an export, and how long. */
export interface SimpleProcessorOptions {
  /** Spans or log records that may wait while an export is under way; 1 to 1,000,000. @default 2048 */
  readonly maxQueueSize?: number;
  /**
   * When an export counts as failed and the next may begin; also the longest time that `forceFlush`
   * waits. @default 30000
   */
  readonly exportTimeoutMillis?: number;
  /** How long `shutdown` delivers what waits; the rest is dropped and counted. @default 10000 */
  readonly shutdownTimeoutMillis?: number;
  /**
   * True if `shutdown` only flushes the exporter, so that other processors can still use it.
   * @default false: `shutdown` shuts the exporter down
   */
  readonly exporterStaysOpen?: boolean;
  /** Where trouble is reported. @default one that writes to the console */
  readonly diagnostics?: Diagnostics;
}

const MAX_QUEUE_SIZE = 1_000_000;

/** Delivers each item alone, inside the call that adds it. */
export class SimpleDelivery<T extends DeliveredItem> {
  readonly #kind: PipelineState['kind'];
  readonly #pipeline: ExportPipeline<T>;

  /** @throws TracingConfigError for a number outside its range, and for a value that is not an exporter */
  constructor(
    { name: owner, kind, signal }: Omit<BatchOwner<T>, 'delayMillis'>,
    exporter: Exporter<T>,
    options: SimpleProcessorOptions,
  ) {
    this.#kind = kind;
    this.#pipeline = new ExportPipeline(exporter, {
      owner,
      signal,
      maxQueueSize: checkCount(
        `${owner}.maxQueueSize`,
        options.maxQueueSize,
        2048,
        1,
        MAX_QUEUE_SIZE,
      ),
      maxQueueBytes: Number.POSITIVE_INFINITY,
      maxBatchSize: 1,
      exportTimeoutMillis: checkMillis(
        `${owner}.exportTimeoutMillis`,
        options.exportTimeoutMillis,
        30_000,
        1,
      ),
      shutdownTimeoutMillis: checkMillis(
        `${owner}.shutdownTimeoutMillis`,
        options.shutdownTimeoutMillis,
        10_000,
        1,
      ),
      deliversFullBatches: false,
      maxConcurrentExports: 1,
      exporterStaysOpen: checkBoolean(
        `${owner}.exporterStaysOpen`,
        options.exporterStaysOpen,
        false,
      ),
      diagnostics: options.diagnostics ?? new Diagnostics(),
    });
  }

  get counts(): PipelineCounts {
    return this.#pipeline.counts;
  }

  /** The queue, the export under way and the health of the exporter. */
  get state(): PipelineState {
    return { kind: this.#kind, ...this.#pipeline.state };
  }

  /** Adds an item, and exports it unless an export is under way. Does not throw. */
  add(item: T): void {
    if (this.#pipeline.add(item)) this.#pipeline.deliver();
  }

  /** As `forceFlush` of a processor. */
  flush(): Promise<void> {
    return this.#pipeline.flush();
  }

  /** As `shutdown` of a processor. */
  shutdown(): Promise<void> {
    return this.#pipeline.shutdown();
  }
}
