import { Diagnostics } from '../diagnostics.js';
import type { SpanExporter } from '../export/span-exporter.js';
import { checkBoolean, checkCount, checkMillis } from '../option-checks.js';
import type { PipelineCounts, ReadableSpan, SpanProcessor } from '../trace/index.js';
import { type PipelineState, SpanPipeline } from './span-pipeline.js';

/** How many spans may wait, and how long. Spec: `trace/sdk.md#simple-processor`. */
export interface SimpleSpanProcessorOptions {
  /** Spans that may wait while an export is under way; 1 to 1,000,000. @default 2048 */
  readonly maxQueueSize?: number;
  /**
   * When an export counts as failed and the next may begin; also the longest time that `forceFlush`
   * waits. @default 30000
   */
  readonly exportTimeoutMillis?: number;
  /** How long `shutdown` delivers waiting spans; the rest is dropped and counted. @default 10000 */
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

/**
 * Exports each span when it ends, inside the call that ends it. It suits tests and the console, which
 * show a span at once; it is too slow for exporters that use the network. Spans that end while an export
 * is under way wait for it.
 */
export class SimpleSpanProcessor implements SpanProcessor {
  readonly #pipeline: SpanPipeline;

  /** @throws TracingConfigError for a number outside its range, and for a value that is not an exporter */
  constructor(exporter: SpanExporter, options: SimpleSpanProcessorOptions = {}) {
    const owner = 'SimpleSpanProcessor';
    this.#pipeline = new SpanPipeline(exporter, {
      owner,
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
      yieldsBetweenBatches: false,
      exporterStaysOpen: checkBoolean(
        `${owner}.exporterStaysOpen`,
        options.exporterStaysOpen,
        false,
      ),
      diagnostics: options.diagnostics ?? new Diagnostics(),
      onIdle: () => {},
    });
  }

  get counts(): PipelineCounts {
    return this.#pipeline.counts;
  }

  /** The queue, the export under way and the health of the exporter. */
  get state(): PipelineState {
    return { kind: 'simple_span_processor', ...this.#pipeline.state };
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#pipeline.add(span)) this.#pipeline.deliver(this.#pipeline.waitingCount);
  }

  forceFlush(): Promise<void> {
    return this.#pipeline.flush();
  }

  shutdown(): Promise<void> {
    return this.#pipeline.shutdown();
  }
}
