import type { SpanExporter } from '../export/span-exporter.js';
import type { PipelineCounts, ReadableSpan, SpanProcessor } from '../trace/index.js';
import { BatchDelivery, type BatchOwner, type BatchProcessorOptions } from './batch-delivery.js';
import { DELIVERED_SPANS } from './delivered-signal.js';
import type { PipelineState } from './export-pipeline.js';

/** When spans are exported, and how many may wait for it. Spec: `trace/sdk.md#batching-processor`. */
export interface BatchSpanProcessorOptions extends BatchProcessorOptions {}

const OWNER: BatchOwner<ReadableSpan> = {
  name: 'BatchSpanProcessor',
  kind: 'batching_span_processor',
  signal: DELIVERED_SPANS,
  delayMillis: 5000,
};

/**
 * Exports spans in batches: when a batch is full, or the delay is over. As many exports overlap as
 * the exporter declares, up to `maxConcurrentExports`; a span that ends while the queue is full is dropped and
 * counted.
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
  readonly #delivery: BatchDelivery<ReadableSpan>;

  /** @throws TracingConfigError for a number outside its range, and for a value that is not an exporter */
  constructor(exporter: SpanExporter, options: BatchSpanProcessorOptions = {}) {
    this.#delivery = new BatchDelivery(OWNER, exporter, options);
  }

  get counts(): PipelineCounts {
    return this.#delivery.counts;
  }

  /** The queue, the exports under way and the health of the exporter. */
  get state(): PipelineState {
    return this.#delivery.state;
  }

  /** False while the exporter encodes spans as they end. */
  get keepsSpans(): boolean {
    return this.#delivery.keepsItems;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.#delivery.add(span);
  }

  forceFlush(): Promise<void> {
    return this.#delivery.flush();
  }

  shutdown(): Promise<void> {
    return this.#delivery.shutdown();
  }
}
