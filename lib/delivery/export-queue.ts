import { RemoteSpanExporter } from '../export/remote-span-exporter.js';
import type { SpanExporter } from '../export/span-exporter.js';
import type { ReadableSpan } from '../trace/index.js';
import { EncodedQueue } from './encoded-queue.js';
import { BatchOfSpans, type ExportBatch } from './export-batch.js';
import { type QueueRefusal, SpanQueue } from './span-queue.js';

/** What waits for an exporter, the oldest first. */
export interface ExportQueue {
  /** In spans. */
  readonly size: number;
  /** @returns why the span was not taken; undefined if it was */
  add(span: ReadableSpan): QueueRefusal | undefined;
  /** Takes the oldest batch out, which is empty where nothing waits. */
  takeBatch(): ExportBatch;
}

/** How much may wait, and how much goes out together. All values are checked by then. */
export interface ExportQueueOptions {
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly maxBatchSize: number;
  /** Whether spans may be encoded when they are added, for exporters that can do that. */
  readonly encodesEarly: boolean;
}

/** Where the exporter allows it, spans wait as the bytes that will be sent. */
export function createExportQueue(
  exporter: SpanExporter,
  options: ExportQueueOptions,
): ExportQueue {
  const { maxQueueSize, maxQueueBytes, maxBatchSize, encodesEarly } = options;
  const startBatch =
    encodesEarly && exporter instanceof RemoteSpanExporter ? exporter.startBatch : undefined;
  return startBatch === undefined
    ? new QueueForExporter(exporter, new SpanQueue(maxQueueSize, maxQueueBytes), maxBatchSize)
    : new EncodedQueue(startBatch, maxQueueSize, maxQueueBytes, maxBatchSize);
}

class QueueForExporter implements ExportQueue {
  constructor(
    private readonly exporter: SpanExporter,
    private readonly queue: SpanQueue,
    private readonly maxBatchSize: number,
  ) {}

  get size(): number {
    return this.queue.size;
  }

  add(span: ReadableSpan): QueueRefusal | undefined {
    return this.queue.add(span);
  }

  takeBatch(): ExportBatch {
    return new BatchOfSpans(this.exporter, this.queue.take(this.maxBatchSize));
  }
}
