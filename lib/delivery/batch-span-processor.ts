import { contextStorage } from '../context/index.js';
import { Diagnostics } from '../diagnostics.js';
import type { SpanExporter } from '../export/span-exporter.js';
import { checkBoolean, checkCount, checkMillis, checkNumber } from '../option-checks.js';
import type { PipelineCounts, ReadableSpan, SpanProcessor } from '../trace/index.js';
import { type PipelineState, SpanPipeline } from './span-pipeline.js';

/** When spans are exported, and how many may wait for it. Spec: `trace/sdk.md#batching-processor`. */
export interface BatchSpanProcessorOptions {
  /** Spans that may wait; 1 to 1,000,000. A span that ends while the queue is full is dropped. @default 2048 */
  readonly maxQueueSize?: number;
  /**
   * Bytes that the waiting spans may take: their encoded length, where the exporter encodes spans as
   * they end (OTLP in protobuf); elsewhere an estimate from the length of their texts. It limits memory
   * where few spans are very large. The batch under way does not count. Infinity for no limit.
   * @default 67108864, 64 MiB
   */
  readonly maxQueueBytes?: number;
  /** Spans of one export; 1 to `maxQueueSize`. @default 512, or `maxQueueSize` if that is less */
  readonly maxExportBatchSize?: number;
  /** The longest time that a span waits for its batch to fill. @default 5000 */
  readonly scheduledDelayMillis?: number;
  /**
   * When an export counts as failed and the next may begin; also the longest time that `forceFlush`
   * waits. @default 30000
   */
  readonly exportTimeoutMillis?: number;
  /**
   * How long `shutdown` delivers waiting spans; the rest is dropped and counted. The exporter then has
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

const MAX_QUEUE_SIZE = 1_000_000;
const DEFAULT_QUEUE_BYTES = 64 * 1024 * 1024;
const DEFAULT_BATCH_SIZE = 512;

/**
 * Exports spans in batches: when a batch is full, or the delay is over. One export runs at a time; a
 * span that ends while the queue is full is dropped and counted.
 *
 * Inside the call that ends a span, the span is added to a batch; for OTLP in protobuf it is encoded there,
 * which takes about a microsecond, and leaves no object behind. Everything else happens outside of the
 * user's calls, and the event loop turns between two batches. Only `forceFlush` and `shutdown` keep a
 * process alive while they wait.
 *
 * @example
 * new BatchSpanProcessor(new OtlpSpanExporter({ url: 'http://collector:4318/v1/traces' }))
 */
export class BatchSpanProcessor implements SpanProcessor {
  readonly #pipeline: SpanPipeline;
  readonly #maxExportBatchSize: number;
  readonly #scheduledDelayMillis: number;
  #timer: NodeJS.Timeout | undefined;

  /** @throws TracingConfigError for a number outside its range, and for a value that is not an exporter */
  constructor(exporter: SpanExporter, options: BatchSpanProcessorOptions = {}) {
    const owner = 'BatchSpanProcessor';
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
      5000,
      0,
    );
    this.#pipeline = new SpanPipeline(exporter, {
      owner,
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
    return { kind: 'batching_span_processor', ...this.#pipeline.state };
  }

  /** False while the exporter encodes spans as they end. */
  get keepsSpans(): boolean {
    return this.#pipeline.keepsSpans;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const pipeline = this.#pipeline;
    if (!pipeline.add(span)) return;
    const { waitingCount } = pipeline;
    if (waitingCount === 1 || waitingCount === this.#maxExportBatchSize) this.#schedule();
  }

  forceFlush(): Promise<void> {
    return this.#pipeline.flush();
  }

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
      // Not synchronously: this runs inside the user's call that ended the span.
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
