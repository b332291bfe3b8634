import type { SpanExporter } from '../export/span-exporter.js';
import type { PipelineCounts, ReadableSpan, SpanProcessor } from '../trace/index.js';
import { DELIVERED_SPANS } from './delivered-signal.js';
import type { PipelineState } from './export-pipeline.js';
import { SimpleDelivery, type SimpleProcessorOptions } from './simple-delivery.js';

/** How many spans may wait, and how long. Spec: `trace/sdk.md#simple-processor`. */
export interface SimpleSpanProcessorOptions extends SimpleProcessorOptions {}

const OWNER = {
  name: 'SimpleSpanProcessor',
  kind: 'simple_span_processor',
  signal: DELIVERED_SPANS,
} as const;

/**
 * Exports each span when it ends, inside the call that ends it. It suits tests and the console, which
 * show a span at once; it is too slow for exporters that use the network. Spans that end while an export
 * is under way wait for it.
 */
export class SimpleSpanProcessor implements SpanProcessor {
  readonly #delivery: SimpleDelivery<ReadableSpan>;

  /** @throws TracingConfigError for a number outside its range, and for a value that is not an exporter */
  constructor(exporter: SpanExporter, options: SimpleSpanProcessorOptions = {}) {
    this.#delivery = new SimpleDelivery(OWNER, exporter, options);
  }

  get counts(): PipelineCounts {
    return this.#delivery.counts;
  }

  /** The queue, the export under way and the health of the exporter. */
  get state(): PipelineState {
    return this.#delivery.state;
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
