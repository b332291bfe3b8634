import { contextStorage } from '../context/index.js';
import { Diagnostics } from '../diagnostics.js';
import type { Exporter } from '../export/exporter.js';
import { checkBoolean, checkCount, checkMillis, checkNumber } from '../option-checks.js';
import type { PipelineCounts } from '../trace/index.js';
import type { DeliveredItem, DeliveredSignal } from './delivered-signal.js';
import { ExportPipeline, type PipelineState } from './export-pipeline.js';

/** When spans or log records are exported in batches, and how many may wait for it. */
export interface BatchProcessorOptions {
  /**
   * Spans or log records that may wait; 1 to 1,000,000. One that comes while the queue is full is dropped.
   * @default 32768
   */
  readonly maxQueueSize?: number;
  /**
   * Bytes that the spans or log records may take that wait or are being exported: their encoded length, where
   * the exporter encodes them at once (OTLP in protobuf); elsewhere an estimate from the length of their texts.
   * Infinity for no limit.
   * @default 67108864, 64 MiB
   */
  readonly maxQueueBytes?: number;
  /**
   * Spans or log records of one export; 1 to `maxQueueSize`.
   * @default 512, or `maxQueueSize` if that is less
   */
  readonly maxExportBatchSize?: number;
  /**
   * Exports that may be under way at once, 1 to 1000, as far as the exporter declares as many in
   * `maxConcurrentExports`: those of this library that send to a server do. A further export begins when a full
   * batch waits. While exports fail or are tried again, one is under way at a time. 1 for exports that never
   * overlap, as the specification demands.
   * @default 8
   */
  readonly maxConcurrentExports?: number;
  /**
   * The longest time that a span or log record waits for its batch to fill.
   * @default 5000 for spans, 1000 for log records
   */
  readonly scheduledDelayMillis?: number;
  /**
   * When an export counts as failed and the next may begin; also the longest time that `forceFlush`
   * waits. @default 30000
   */
  readonly exportTimeoutMillis?: number;
  /**
   * How long `shutdown` delivers what waits; the rest is dropped and counted. The exporter then has
   * a second to close. @default 10000
   */
  readonly shutdownTimeoutMillis?: number;
  /**
   * True if `shutdown` only flushes the exporter, so that other processors can still use it.
   * @default false: `shutdown` shuts the exporter down
   */
  readonly exporterStaysOpen?: boolean;
  /** Where trouble is reported. @default one that writes to the console */
  readonly diagnostics?: Diagnostics;
}

/** The processor that delivers batches. */
export interface BatchOwner<T> {
  /** Its class, for messages: `BatchSpanProcessor`. */
  readonly name: string;
  readonly kind: PipelineState['kind'];
  readonly signal: DeliveredSignal<T>;
  /** The default of `scheduledDelayMillis`. */
  readonly delayMillis: number;
}

/** Spans or log records that may wait if no option sets another number. */
export const DEFAULT_QUEUE_SIZE = 32_768;

const MAX_QUEUE_SIZE = 1_000_000;
const DEFAULT_QUEUE_BYTES = 64 * 1024 * 1024;
const DEFAULT_BATCH_SIZE = 512;
const DEFAULT_CONCURRENT_EXPORTS = 8;

/** Delivers items in batches: when a batch is full, or the delay is over. */
export class BatchDelivery<T extends DeliveredItem> {
  readonly #kind: PipelineState['kind'];
  readonly #pipeline: ExportPipeline<T>;
  readonly #scheduledDelayMillis: number;
  #timer: NodeJS.Timeout | undefined;

  /** @throws TracingConfigError for a number outside its range, and for a value that is not an exporter */
  constructor(
    { name: owner, kind, signal, delayMillis }: BatchOwner<T>,
    exporter: Exporter<T>,
    options: BatchProcessorOptions,
  ) {
    this.#kind = kind;
    const maxQueueSize = checkCount(
      `${owner}.maxQueueSize`,
      options.maxQueueSize,
      DEFAULT_QUEUE_SIZE,
      1,
      MAX_QUEUE_SIZE,
    );
    const maxBatchSize = checkCount(
      `${owner}.maxExportBatchSize`,
      options.maxExportBatchSize,
      Math.min(DEFAULT_BATCH_SIZE, maxQueueSize),
      1,
      maxQueueSize,
    );
    this.#scheduledDelayMillis = checkMillis(
      `${owner}.scheduledDelayMillis`,
      options.scheduledDelayMillis,
      delayMillis,
      0,
    );
    this.#pipeline = new ExportPipeline(exporter, {
      owner,
      signal,
      maxQueueSize,
      maxQueueBytes: checkNumber(
        `${owner}.maxQueueBytes`,
        options.maxQueueBytes,
        DEFAULT_QUEUE_BYTES,
        1,
        Number.POSITIVE_INFINITY,
      ),
      maxBatchSize,
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
      deliversFullBatches: true,
      maxConcurrentExports: checkCount(
        `${owner}.maxConcurrentExports`,
        options.maxConcurrentExports,
        DEFAULT_CONCURRENT_EXPORTS,
        1,
        1000,
      ),
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

  /** The queue, the exports under way and the health of the exporter. */
  get state(): PipelineState {
    return { kind: this.#kind, ...this.#pipeline.state };
  }

  /** Whether the item that came last waits as an object. */
  get keepsItems(): boolean {
    return this.#pipeline.keepsItems;
  }

  /** Adds an item, and plans its export: a full batch soon, others after the delay. Does not throw. */
  add(item: T): void {
    if (this.#pipeline.add(item) && this.#timer === undefined) this.#arm();
  }

  /** As `forceFlush` of a processor. */
  flush(): Promise<void> {
    return this.#pipeline.flush();
  }

  /** As `shutdown` of a processor. */
  shutdown(): Promise<void> {
    this.#disarm();
    return this.#pipeline.shutdown();
  }

  #arm(): void {
    this.#timer = contextStorage.runSuppressed(() =>
      setTimeout(() => {
        this.#timer = undefined;
        this.#pipeline.deliver();
      }, this.#scheduledDelayMillis).unref(),
    );
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
