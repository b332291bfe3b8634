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
   * @default 2048
   */
  readonly maxQueueSize?: number;
  /**
   * Bytes that the waiting spans or log records may take: their encoded length, where the exporter encodes
   * them at once (OTLP in protobuf); elsewhere an estimate from the length of their texts. It limits memory
   * where few of them are very large. The batch under way does not count. Infinity for no limit.
   * @default 67108864, 64 MiB
   */
  readonly maxQueueBytes?: number;
  /**
   * Spans or log records of one export; 1 to `maxQueueSize`.
   * @default 512, or `maxQueueSize` if that is less
   */
  readonly maxExportBatchSize?: number;
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

const MAX_QUEUE_SIZE = 1_000_000;
const DEFAULT_QUEUE_BYTES = 64 * 1024 * 1024;
const DEFAULT_BATCH_SIZE = 512;

/** Delivers items in batches: when a batch is full, or the delay is over. */
export class BatchDelivery<T extends DeliveredItem> {
  readonly #kind: PipelineState['kind'];
  readonly #pipeline: ExportPipeline<T>;
  readonly #maxExportBatchSize: number;
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
      2048,
      1,
      MAX_QUEUE_SIZE,
    );
    this.#maxExportBatchSize = checkCount(
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
      maxBatchSize: this.#maxExportBatchSize,
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
      yieldsBetweenBatches: true,
      exporterStaysOpen: checkBoolean(
        `${owner}.exporterStaysOpen`,
        options.exporterStaysOpen,
        false,
      ),
      diagnostics: options.diagnostics ?? new Diagnostics(),
      onIdle: () => this.#schedule(),
    });
  }

  get counts(): PipelineCounts {
    return this.#pipeline.counts;
  }

  /** The queue, the export under way and the health of the exporter. */
  get state(): PipelineState {
    return { kind: this.#kind, ...this.#pipeline.state };
  }

  /** Whether the item that came last waits as an object. */
  get keepsItems(): boolean {
    return this.#pipeline.keepsItems;
  }

  /** Adds an item, and plans its export. Does not throw. */
  add(item: T): void {
    const pipeline = this.#pipeline;
    if (!pipeline.add(item)) return;
    const { waitingCount } = pipeline;
    if (waitingCount === 1 || waitingCount === this.#maxExportBatchSize) this.#schedule();
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

  /** Plans the next export: of full batches now, of the rest after the delay. */
  #schedule(): void {
    const { waitingCount, isIdle } = this.#pipeline;
    if (waitingCount === 0 || !isIdle) return;
    if (waitingCount >= this.#maxExportBatchSize) {
      this.#disarm();
      // Not synchronously: this runs inside the user's call that ended the span or wrote the log.
      contextStorage.runSuppressed(() => setImmediate(() => this.#deliverFullBatches()));
      return;
    }
    this.#timer ??= contextStorage.runSuppressed(() =>
      setTimeout(() => this.#deliverAll(), this.#scheduledDelayMillis).unref(),
    );
  }

  #deliverFullBatches(): void {
    const { waitingCount } = this.#pipeline;
    const count = waitingCount - (waitingCount % this.#maxExportBatchSize);
    if (count > 0) this.#pipeline.deliver(count);
    else this.#schedule();
  }

  #deliverAll(): void {
    this.#timer = undefined;
    this.#pipeline.deliver(this.#pipeline.waitingCount);
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
